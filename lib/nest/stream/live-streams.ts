import type { Engine } from '../../core/engine.js';

/** A stream whose call has had its success and that goes on. */
export interface LiveStream {
  applicationEnds(): void;
}

const streams = new WeakMap<Engine, Set<LiveStream>>();

/** Lets a stream hear of the end of its application; gives what takes it off the list. */
export function endWithTheApplication(engine: Engine, stream: LiveStream): () => void {
  let live = streams.get(engine);
  if (live === undefined) streams.set(engine, (live = new Set()));
  const all = live.add(stream);
  return () => void all.delete(stream);
}

/** The application has ended, and its streams with it: nothing of them keeps the process alive. */
export function endLiveStreams(engine: Engine): void {
  for (const stream of streams.get(engine) ?? []) stream.applicationEnds();
}
