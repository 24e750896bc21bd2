/** The same for every library: `window` calls, 1 s of timeout, a circuit that stays open once it is. */
export const OPTIONS = {
  attempts: 3,
  delayMs: 0,
  window: 100,
  threshold: 0.5,
  openMs: 3_600_000,
  timeoutMs: 1000,
  ms: 1000,
  limit: 100,
  queue: 0,
  fallback: 1,
};

const one = async () => 1;

/** What is measured: how a call is built from an adapter's members, and which loop makes it. */
export const SCENARIOS = [
  { id: 'S1', target: 2.3, what: 'retry', build: (a) => a.retry?.(one, OPTIONS) },
  { id: 'S2', target: 2.5, what: 'breaker closed, 100 calls', build: (a) => a.breaker?.(one, OPTIONS) },
  {
    id: 'S3',
    target: 2.8,
    what: 'fallback, retry, breaker',
    build: (a) => a.retryBreakerFallback?.(one, OPTIONS),
  },
  {
    id: 'S4',
    target: 5,
    what: 'fallback, bulkhead, retry, breaker, timeout',
    build: (a) => a.full?.(one, OPTIONS),
  },
  { id: 'S5r', target: 25, what: 'open, rejected', loop: 'rejections', build: (a) => opened(a.breaker) },
  { id: 'S5t', target: 3, what: 'open, tryExecute', loop: 'refusals', build: (a) => opened(a.tryBreaker) },
  { id: 'S5f', target: 2.6, what: 'open, answered by a fallback', build: (a) => opened(a.breakerFallback) },
  { id: 'T1', target: 3, what: 'timeout alone', build: (a) => a.timeout?.(one, OPTIONS) },
  { id: 'B1', target: 2.7, what: 'bulkhead alone', build: (a) => a.bulkhead?.(one, OPTIONS) },
  {
    id: 'L1',
    target: 1.5,
    what: 'rate limit alone',
    build: (a) => a.rateLimit?.(one, { limit: 1e9, perMs: 1000 }),
  },
  {
    id: 'S3p',
    target: 6,
    what: 'fallback, retry, breaker, with Prometheus',
    build: (a) => a.withMetrics?.(one, OPTIONS),
  },
  { id: 'O1', what: 'Observable under a retry', build: (a) => a.observableRetry?.(OPTIONS) },
  { id: 'D1', target: 1.3, what: 'decorated method over execute', build: (a) => a.decorated?.(OPTIONS) },
  { id: 'N1', what: 'Nest: method under a retry', build: (a) => nestMethod(a, 'retry') },
  { id: 'N4', what: 'Nest: method under S4', build: (a) => nestMethod(a, 'full') },
];

/** A breaker that has opened. */
async function opened(builder) {
  if (builder === undefined) return undefined;
  let fails = true;
  let invocations = 0;
  const boom = new Error('boom');
  const call = await builder(async () => {
    invocations++;
    if (fails) throw boom;
    return 1;
  }, OPTIONS);
  for (let i = 0; i < 400; i++) await Promise.resolve(call()).catch(() => undefined);
  fails = false;
  const before = invocations;
  await Promise.resolve(call()).catch(() => undefined);
  if (invocations !== before) throw new Error('the breaker did not open');
  return call;
}

async function nestMethod(adapter, method) {
  if (adapter.nest === undefined) return undefined;
  const { nestMethods } = await import('./nest-app.mjs');
  const methods = await nestMethods(adapter.nest, OPTIONS);
  return { call: methods[method], base: methods.plain };
}
