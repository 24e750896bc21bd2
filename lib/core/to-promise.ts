/**
 * The result of an operation as a promise. Native promises pass as they are; whatever else has a `then` is adopted, so
 * that one which calls both callbacks settles once, and one which throws rejects; anything else is a success already.
 */
export function toPromise(result: unknown): Promise<unknown> {
  return Promise.resolve(result);
}
