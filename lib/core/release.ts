/**
 * Releases a result that nobody will get: destroys a stream, cancels the body of a fetch response. Anything else only
 * through the user's `discard`, for a `destroy()` of something that is no stream may delete a row.
 *
 * @returns what the release gave: perhaps a promise
 */
export function releaseResult(value: unknown, discard: ((value: unknown) => unknown) | undefined): unknown {
  if (discard !== undefined) return discard(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (isStream(value)) return destroy(value);
  return isResponse(value) && !value.bodyUsed && value.body.locked !== true ? value.body.cancel() : undefined;
}

/** What every Node stream has, and hardly anything else. */
export interface StreamLike {
  readonly destroyed: boolean;
  on?(event: 'error', listener: () => void): unknown;
  destroy(error?: unknown): unknown;
}

/** Nobody listens to a stream that nobody got: an error of its end would end the process. */
function destroy(stream: StreamLike): void {
  stream.on?.('error', ignore);
  stream.destroy();
}

function ignore(): void {
  // Nobody wanted the stream, and nobody wants its error.
}

export function isStream(value: unknown): value is StreamLike {
  if (typeof value !== 'object' || value === null) return false;
  const stream = value as { pipe?: unknown; destroy?: unknown; destroyed?: unknown };
  return (
    typeof stream.pipe === 'function' &&
    typeof stream.destroy === 'function' &&
    typeof stream.destroyed === 'boolean'
  );
}

interface ResponseLike {
  readonly bodyUsed: boolean;
  readonly body: { readonly locked?: boolean; cancel(): unknown };
}

export function isResponse(value: object): value is ResponseLike {
  const { bodyUsed, body } = value as { bodyUsed?: unknown; body?: unknown };
  return (
    typeof bodyUsed === 'boolean' &&
    typeof body === 'object' &&
    body !== null &&
    typeof (body as { cancel?: unknown }).cancel === 'function'
  );
}
