import { isResilienceError } from '../../lib/core/errors/is-resilience-error.js';

/** The problems that a function throws in one ResilienceConfigError; none where it returns. */
export function issuesOf(fn: () => unknown): readonly string[] {
  try {
    fn();
    return [];
  } catch (error) {
    if (isResilienceError(error, 'CONFIG_INVALID')) return error.issues;
    throw error;
  }
}
