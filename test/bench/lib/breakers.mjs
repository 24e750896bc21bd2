import { cpuTime } from './cpu-time.mjs';
import { liveBytes } from './heap.mjs';
import { OPTIONS } from './scenarios.mjs';

/** What many separate breakers weigh, and what a call on a random one of them costs. */
export async function countBreakers(adapter, count) {
  const one = async () => 1;
  const few = adapter.manyBreakers(50, one, OPTIONS);
  for (let i = 0; i < 5000; i++) await few(i % 50);
  const before = await liveBytes();
  const call = adapter.manyBreakers(count, one, OPTIONS);
  const bytesWhenNew = Math.round(((await liveBytes()) - before) / count);
  for (let i = 0; i < count; i++) await call(i);
  const bytesWhenUsed = Math.round(((await liveBytes()) - before) / count);
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  return { count, bytesWhenNew, bytesWhenUsed, timers, nsPerCall: await randomCalls(call, count) };
}

async function randomCalls(call, count) {
  const samples = [];
  let seed = 12_345;
  for (let sample = 0; sample < 5; sample++) {
    const before = cpuTime();
    for (let i = 0; i < 20_000; i++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      await call(seed % count);
    }
    samples.push((cpuTime() - before) / 20_000);
  }
  return Math.round(samples.sort((a, b) => a - b)[2]);
}
