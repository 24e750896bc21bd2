import { releaseResult } from '../release.js';

interface WebStream {
  readonly locked: boolean;
  getReader(): unknown;
  cancel(): Promise<unknown>;
}

/** The part of an answer that holds its connection until it is read: a stream; `undefined` for what was read already. */
export function openBody(body: unknown): object | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  return isWebStream(body) || isNodeStream(body) ? body : undefined;
}

/** Gives the connection of an answer free that nobody will read. Never throws. */
export function releaseBody(body: object): void {
  try {
    // Somebody who has begun to read it, as a listener may, has it.
    if (!isWebStream(body)) releaseResult(body, undefined);
    else if (!body.locked) body.cancel().catch(ignore);
  } catch {
    // A foreign stream that cannot be closed is not ours to mend.
  }
}

/** Calls back once when the stream has ended or nobody can read it any more. */
export function whenDone(body: object, done: () => void): void {
  if (isNodeStream(body)) body.once('close', done);
  else forgotten.register(body, done);
}

/** A web stream does not tell when somebody has read it to its end; that it is gone, the collector tells. */
const forgotten = new FinalizationRegistry<() => void>((done) => done());

function isWebStream(body: object): body is WebStream {
  const { getReader, cancel } = body as Partial<WebStream>;
  return typeof getReader === 'function' && typeof cancel === 'function';
}

interface NodeStream {
  once(event: 'close', listener: () => void): unknown;
}

function isNodeStream(body: object): body is NodeStream {
  const { pipe, destroy, once } = body as { pipe?: unknown; destroy?: unknown; once?: unknown };
  return typeof pipe === 'function' && typeof destroy === 'function' && typeof once === 'function';
}

function ignore(): void {
  // Nobody wanted the body, and nobody wants to hear why it could not be cancelled.
}
