import { cpuTime } from './cpu-time.mjs';
import { liveBytes } from './heap.mjs';
import { OPTIONS } from './scenarios.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

/** What `count` calls at a time through S4 weigh, and what each of them costs. */
export async function countInFlight(adapter, count) {
  let waiting = [];
  const operation = () => new Promise((resolve) => waiting.push(resolve));
  const call = adapter.full(operation, { ...OPTIONS, timeoutMs: 60_000, limit: count });
  const finish = async (calls) => {
    while (waiting.length < calls.length) await turn();
    for (const resolve of waiting) resolve(1);
    waiting = [];
    await Promise.all(calls);
  };
  const start = () => Array.from({ length: count }, call);
  for (let calls = 0; calls < 20_000; calls += count) await finish(start());
  const nsPerCall = await costOf(start, finish, count);
  const before = await liveBytes();
  const calls = start();
  await turn();
  const bytesPerCall = Math.round(((await liveBytes()) - before) / count);
  const timersInFlight = timers();
  await finish(calls);
  await turn();
  await turn();
  return { count, nsPerCall, bytesPerCall, timersInFlight, timersAfter: timers() };
}

/** Nanoseconds of CPU time per call, with what the operation itself costs. */
async function costOf(start, finish, count) {
  const samples = [];
  for (let sample = 0; sample < 3; sample++) {
    globalThis.gc();
    const before = cpuTime();
    for (let calls = 0; calls < 20_000; calls += count) await finish(start());
    samples.push((cpuTime() - before) / (Math.ceil(20_000 / count) * count));
  }
  return Math.round(Math.min(...samples));
}
