import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { describeValue } from '../../core/options/describe-value.js';
import { suggestion } from '../../core/options/nearest.js';

/** The name of a policy that there is not, with the nearest that there is. */
export function unknownPolicy(name: string, known: readonly string[]): string {
  return `there is no policy ${describeValue(name)}${suggestion(String(name), known)}`;
}

/** The messages of the ResilienceConfigError that a function throws; none where it returns. */
export function issuesOf(run: () => unknown): readonly string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof ResilienceConfigError) return error.issues;
    throw error;
  }
}
