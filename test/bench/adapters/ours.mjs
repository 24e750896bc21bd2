import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const build = path.resolve(process.env.BENCH_OURS_PATH ?? path.join(root, 'dist/esm'));
const load = (file) => import(pathToFileURL(path.join(build, file)).href);

const requireOurs = createRequire(path.join(root, 'package.json'));

/** Options of the bench, as ours. */
const retry = ({ attempts, delayMs }) => ({
  maxAttempts: attempts,
  backoff: { type: 'fixed', initialDelay: delayMs, jitter: 'none' },
});
const circuitBreaker = ({ window, threshold, openMs }) => ({
  failureRatio: threshold,
  minimumCalls: window,
  window: { type: 'count', size: window },
  resetTimeout: openMs,
  maxResetTimeout: openMs,
});
const bulkhead = ({ limit, queue }) => ({ maxConcurrent: limit, maxQueue: queue });
const fallback = (o) => ({ value: o.fallback });
const retryBreakerFallback = (o) => ({
  fallback: fallback(o),
  retry: retry(o),
  circuitBreaker: circuitBreaker(o),
});
const full = (o) => ({
  ...retryBreakerFallback(o),
  bulkhead: bulkhead(o),
  timeout: { attempt: o.timeoutMs },
});

function nest(holdfast) {
  const { ResilienceModule, ResilienceInterceptor, Resilient, UsePolicy } = holdfast;
  return {
    root,
    load({ opts }) {
      const options = { ...opts, fallback: 1 };
      const policies = { retrying: { retry: retry(options) }, full: full(options) };
      return {
        imports: [ResilienceModule.forRoot({ policies, logging: false })],
        method: { retry: () => [Resilient('retrying')], full: () => [Resilient('full')] },
        interceptors: { full: () => [ResilienceInterceptor] },
        handlers: { full: () => [UsePolicy('full')] },
      };
    },
  };
}

/** A provider's method that gives an Observable, with and without a policy: the price of a subscription. */
async function observableRetry(holdfast, options) {
  const { defer, lastValueFrom, of } = requireOurs('rxjs');
  const { NestFactory } = requireOurs('@nestjs/core');
  const { Injectable, Module } = requireOurs('@nestjs/common');
  class Source {
    items() {
      return defer(() => of(1));
    }
  }
  const items = Object.getOwnPropertyDescriptor(Source.prototype, 'items');
  const decorated = holdfast.Resilient('retrying')(Source.prototype, 'items', items) ?? items;
  Object.defineProperty(Source.prototype, 'items', decorated);
  Injectable()(Source);
  class App {}
  const policies = { retrying: { retry: retry(options) } };
  const imports = [holdfast.ResilienceModule.forRoot({ policies, logging: false })];
  Module({ imports, providers: [Source] })(App);
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  const protectedItems = app.get(Source).items();
  const bareItems = defer(() => of(1));
  return { call: () => lastValueFrom(protectedItems), base: () => lastValueFrom(bareItems) };
}

export default {
  name: 'ours',
  order: 4,
  version: 'dev',
  note: 'nestjs-holdfast; S4 limits each attempt, and the bulkhead is inside retry',
  pkgs: [],
  importOf: [path.join(build, 'index.js')],
  async load() {
    const { createPolicy } = await load('core/index.js');
    const holdfast = process.env.BENCH_CORE_ONLY ? undefined : await load('index.js');
    const wrap = (options) => (fn) => createPolicy({ name: 'bench', ...options }).wrap(fn);
    const under = (options) => (fn, o) => wrap(options(o))(fn);
    return {
      retry: under((o) => ({ retry: retry(o) })),
      breaker: under((o) => ({ circuitBreaker: circuitBreaker(o) })),
      breakerFallback: under((o) => ({ fallback: fallback(o), circuitBreaker: circuitBreaker(o) })),
      retryBreakerFallback: under(retryBreakerFallback),
      full: under(full),
      timeout: under(({ ms }) => ({ timeout: ms })),
      bulkhead: under((o) => ({ bulkhead: bulkhead(o) })),
      rateLimit: under(({ limit, perMs }) => ({ rateLimiter: { limit, interval: perMs } })),
      manyBreakers(count, fn, o) {
        const keyed = { ...circuitBreaker(o), maxKeys: count };
        const policy = createPolicy({ name: 'bench', circuitBreaker: keyed });
        const options = Array.from({ length: count }, (_, index) => ({ key: `k${index}` }));
        // A circuit is made with its first use.
        for (const { key } of options) policy.breaker(key).close();
        return (index) => policy.execute(fn, options[index]);
      },
      observableRetry: (o) => observableRetry(holdfast, o),
      nest: nest(holdfast),
    };
  },
};
