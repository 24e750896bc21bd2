import type { FallbackHandler } from './fallback-options.js';

/** What one handler gives, given the error and the arguments of the call. A function as value is made per call. */
export function runHandler(
  handler: FallbackHandler,
  self: unknown,
  error: unknown,
  args: readonly unknown[],
): unknown {
  if (typeof handler === 'function') return handler.call(self, error, ...args);
  const { value } = handler;
  return typeof value === 'function' ? (value as () => unknown)() : value;
}
