// Ten million calls through every strategy, with failures at random, leave nothing behind: `npm run bench:soak`.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { liveBytes } from './lib/heap.mjs';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '10000000' } } });
const CALLS = Number(values.calls);
const AT_ONCE = 100;
const ALLOWED_BYTES = 1024 * 1024;
const build = process.env.BENCH_OURS_PATH ?? path.join(import.meta.dirname, '../../dist/esm');
const { createPolicy } = await import(pathToFileURL(path.join(build, 'core/index.js')).href);

/** Xorshift: the same failures in every run. */
let seed = 2_463_534_242;
function random() {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 2 ** 32;
}

const policy = createPolicy(
  {
    name: 'soak',
    idempotent: true,
    fallback: { value: 'fallback' },
    timeout: { total: '5s', attempt: 2 },
    retry: { maxAttempts: 3, backoff: { initialDelay: 0 }, budget: true },
    circuitBreaker: { failureRatio: 0.5, window: { type: 'count', size: 100 }, resetTimeout: 5 },
    hedge: { delay: 1 },
    adaptiveThrottle: {},
    rateLimiter: { limit: 1_000_000_000 },
    bulkhead: { maxConcurrent: 60, maxQueue: 20 },
  },
  { random },
);

async function operation({ signal }) {
  const luck = random();
  if (luck < 0.1) throw new Error('bad luck');
  if (luck < 0.11) await new Promise((resolve) => setImmediate(resolve));
  // A few end by their timeout alone.
  if (luck > 0.9999)
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  return 1;
}

async function soak(count) {
  for (let done = 0; done < count; done += AT_ONCE) {
    const abort = new AbortController();
    const calls = Array.from({ length: AT_ONCE }, (_, index) =>
      policy.execute(operation, index % 10 === 0 ? { signal: abort.signal } : undefined),
    );
    if (random() < 0.01) abort.abort(new Error('the caller has left'));
    await Promise.allSettled(calls);
    if (done % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

const handles = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate');
const rest = () => new Promise((resolve) => setTimeout(resolve, 100));

await soak(200_000);
await rest();
const before = await liveBytes();
const startedAt = performance.now();
await soak(CALLS);
await rest();
const grown = (await liveBytes()) - before;
const left = handles();
const { calls, successes, failures, rejections, timeouts, aborted, fallbacks, retries } = policy.stats();
const ended = successes + failures + rejections + timeouts + aborted + fallbacks;

const line = (text) => process.stdout.write(`${text}\n`);
line(
  `${calls} calls in ${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${successes} successes, ${retries} retries,`,
);
line(
  `${fallbacks} fallbacks, ${rejections} rejections, ${timeouts} timeouts, ${aborted} aborted, ${failures} failures`,
);
line(`heap: ${grown >= 0 ? '+' : ''}${(grown / 1024).toFixed(0)} KiB; timers left: ${left.length}`);
if (ended !== calls) line(`${calls - ended} calls have no outcome`);
if (Math.abs(grown) > ALLOWED_BYTES || left.length > 0 || ended !== calls) process.exitCode = 1;
