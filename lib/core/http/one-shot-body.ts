interface Streamlike {
  readonly getReader?: unknown;
  readonly locked?: unknown;
  readonly pipe?: unknown;
  readonly readableDidRead?: unknown;
  readonly destroyed?: unknown;
  readonly [Symbol.asyncIterator]?: unknown;
}

/**
 * Whether a body can be read only once: a web stream, a Node stream (`form-data` included) or an async iterable. Text,
 * bytes, `Blob`, `URLSearchParams` and the global `FormData` can be read again and again.
 */
export function isOneShot(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { getReader, pipe, [Symbol.asyncIterator]: iterator } = body as Streamlike;
  return typeof getReader === 'function' || typeof pipe === 'function' || typeof iterator === 'function';
}

/** Whether a body that was handed to a client is gone; what tells nothing of itself counts as gone. */
export function isConsumed(body: unknown): boolean {
  if (!isOneShot(body)) return false;
  const { getReader, locked, readableDidRead, destroyed } = body as Streamlike;
  if (typeof getReader === 'function') return locked !== false;
  return readableDidRead !== false || destroyed !== false;
}
