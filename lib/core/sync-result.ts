/** Whether something is a promise, or behaves as one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

/**
 * Refuses a promise where user code must answer at once: it would count as `true` whatever it resolves to.
 *
 * @param what - which code it was, for the message: `'retryOn'`, `'a classifier'`
 * @throws TypeError when `value` is a promise. Its rejection, if it comes to one, is marked as handled.
 */
export function refusePromise(value: unknown, what: string): void {
  if (!isThenable(value)) return;
  disownPromise(value);
  throw new TypeError(`${what} returned a promise; it must be synchronous and return its answer`);
}

/** Marks the rejection of a promise that nobody waits for as handled; other values are nothing to it. */
export function disownPromise(value: unknown): void {
  if (isThenable(value)) Promise.resolve(value).then(ignore, ignore);
}

function ignore(): void {
  // Nobody waits; how the promise settles changes nothing.
}
