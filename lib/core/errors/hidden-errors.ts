/**
 * Sets a list of errors as `AggregateError` has its own: readable, not enumerable. What prints, logs or copies enumerable
 * properties then leaves out other people's errors and the secrets in them.
 */
export function hideErrors<T extends object, K extends keyof T & string>(
  target: T,
  key: K,
  errors: T[K],
): void {
  Object.defineProperty(target, key, { value: errors, writable: true, configurable: true });
}
