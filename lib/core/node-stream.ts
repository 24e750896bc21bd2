import type { Bulkhead } from './bulkhead/bulkhead.js';
import type { Engine } from './engine.js';
import { isStream, type StreamLike } from './release.js';
import type { SlotHolder } from './slot-holder.js';

/** A Node stream as a call follows it: nothing is read from it, and nothing about it changes. */
export interface NodeStream extends StreamLike {
  once(event: string, listener: () => void): unknown;
}

/** The stream that a result is, or carries, as long as it has not ended; `undefined` for any other result. */
export function openStreamIn(engine: Engine, result: unknown): NodeStream | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  try {
    const stream = engine.streamIn(result);
    return isStream(stream) && isOpen(stream) ? stream : undefined;
  } catch {
    // A result that cannot be looked at, such as a hostile proxy, is no stream.
    return undefined;
  }
}

/** Tells, at least once, that a stream has ended: by `close`, or where it only reads, by its last byte. */
export function whenEnded(stream: NodeStream, listener: () => void): void {
  stream.once('close', listener);
  if (!isWritable(stream)) stream.once('end', listener);
}

/** Which streams hold a slot of a bulkhead: one that several calls give, as a shared connection, holds one. */
const streamsOf = new WeakMap<Bulkhead, WeakSet<object>>();

/** Keeps the slot of an attempt whose result is a stream until that has ended; before the attempt is answered. */
export function keepSlotWhileOpen(attempt: SlotHolder, engine: Engine, result: unknown): void {
  const bulkhead = attempt.admittedBy?.bulkhead;
  if (bulkhead === undefined) return;
  const stream = openStreamIn(engine, result);
  if (stream === undefined || streamsOf.get(bulkhead)?.has(stream) === true) return;
  const release = attempt.keepSlot();
  if (release === undefined) return;
  let streams = streamsOf.get(bulkhead);
  if (streams === undefined) streamsOf.set(bulkhead, (streams = new WeakSet()));
  streams.add(stream);
  whenEnded(stream, release);
}

function isOpen(stream: StreamLike): stream is NodeStream {
  const { once, destroyed, readableEnded } = stream as Partial<NodeStream> & { readableEnded?: unknown };
  return typeof once === 'function' && !destroyed && (readableEnded !== true || isWritable(stream));
}

function isWritable(stream: object): boolean {
  return typeof (stream as { write?: unknown }).write === 'function';
}
