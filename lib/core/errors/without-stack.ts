/**
 * Makes an error without collecting stack frames, which is most of what an error costs.
 *
 * For errors that the engine itself makes on the way out of a call, where the frames would only show the engine. `make`
 * must be synchronous: frames are off for everything in it.
 */
export function withoutStack<T>(make: () => T): T {
  const limit: unknown = Error.stackTraceLimit;
  // Not a number, or fixed by a hardened environment: nothing that could be switched off, or nothing that may be.
  if (typeof limit !== 'number' || !setLimit(0)) return make();
  try {
    return make();
  } finally {
    setLimit(limit);
  }
}

function setLimit(limit: number): boolean {
  try {
    Error.stackTraceLimit = limit; // modules are strict: what may not be set throws
    return true;
  } catch {
    return false; // fixed, or an accessor that refuses; the error then has its frames, which harms nothing
  }
}
