import { cpuTime } from './cpu-time.mjs';

const bare = async () => 1;
let baseLoop;

/** One scenario of one library: a call, the bare call it is compared with, and the loops that make them. */
export async function cellOf(scenario, adapter) {
  const built = await scenario.build(adapter);
  if (built === undefined) return undefined;
  const { call, base } = typeof built === 'function' ? { call: built, base: bare } : built;
  baseLoop ??= (await import('./loops.mjs?base')).values;
  const loops = await import(`./loops.mjs?${scenario.id}`);
  const loopOfBase = base === bare ? baseLoop : (await import(`./loops.mjs?base-${scenario.id}`)).values;
  return { id: scenario.id, call, base, loop: loops[scenario.loop ?? 'values'], baseLoop: loopOfBase };
}

/** Nanoseconds of `count` calls. */
async function timed(loop, call, count) {
  const before = cpuTime();
  const sum = await loop(call, count);
  const spent = cpuTime() - before;
  if (sum !== count) throw new Error(`wrong result: ${sum} for ${count} calls`);
  return spent;
}

/** How many calls last about so long. */
async function countFor(loop, call, ms) {
  for (let count = 4; ; count *= 4) {
    const spent = await timed(loop, call, count);
    if (spent > ms * 2e5 || count >= 1e6) return Math.ceil(Math.min(1e6, (count * ms * 1e6) / spent));
  }
}

/** Runs until the time per call stops falling: four samples in a row without a better one. */
async function settle(loop, call, maxMs) {
  const count = await countFor(loop, call, 20);
  let best = Infinity;
  for (let spent = 0, since = 0; spent < maxMs * 1e6 && since < 4; since++) {
    const sample = await timed(loop, call, count);
    spent += sample;
    if (sample < best * 0.97) since = 0;
    best = Math.min(best, sample);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export async function warmUp(cell, { sampleMs, maxWarmMs }) {
  await settle(cell.baseLoop, cell.base, maxWarmMs);
  await settle(cell.loop, cell.call, maxWarmMs);
  cell.count = await countFor(cell.loop, cell.call, sampleMs);
  cell.baseCount = await countFor(cell.baseLoop, cell.base, sampleMs / 2);
}

/** Base, cell, base: what drifts, drifts for all three. */
export async function measure(cell) {
  const before = await sample(cell.baseLoop, cell.base, cell.baseCount);
  const ns = await sample(cell.loop, cell.call, cell.count);
  const after = await sample(cell.baseLoop, cell.base, cell.baseCount);
  const baseNs = (before + after) / 2;
  return { ns, baseNs, ratio: ns / baseNs };
}

/** Nanoseconds per call, after a collection and a run that heats the caches. */
async function sample(loop, call, count) {
  globalThis.gc();
  await loop(call, Math.ceil(count / 5));
  return (await timed(loop, call, count)) / count;
}
