import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decorate } from '../lib/nest-app.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const build = path.resolve(process.env.BENCH_OURS_PATH ?? path.join(root, 'dist/esm'));
const load = (file) => import(pathToFileURL(path.join(build, file)).href);
const require = createRequire(path.join(root, 'package.json'));

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
const guarded = (o) => ({ fallback: fallback(o), retry: retry(o), circuitBreaker: circuitBreaker(o) });
const full = (o) => ({ ...guarded(o), bulkhead: bulkhead(o), timeout: { attempt: o.timeoutMs } });
const policiesOf = (o) => ({ retrying: { retry: retry(o) }, guarded: guarded(o), full: full(o) });

function nestSpec(holdfast) {
  const { ResilienceModule, Resilient, UsePolicy } = holdfast;
  return {
    root,
    load({ options }) {
      const policies = policiesOf(options);
      return {
        imports: [ResilienceModule.forRoot({ policies, logging: false })],
        method: { retry: [Resilient('retrying')], full: [Resilient('full')] },
        handler: [UsePolicy('full')],
      };
    },
  };
}

/** An application with one provider, whose method `run` is decorated; gives both. */
async function appWith({ holdfast, options, run, policy, imports = [] }) {
  require('reflect-metadata');
  const { NestFactory } = require('@nestjs/core');
  const { Injectable, Module } = require('@nestjs/common');
  class Provider {}
  Object.defineProperty(Provider.prototype, 'run', { value: run, configurable: true, writable: true });
  decorate([holdfast.Resilient(policy)], Provider.prototype, 'run');
  Injectable()(Provider);
  class App {}
  const module = holdfast.ResilienceModule.forRoot({ policies: policiesOf(options), logging: false });
  Module({ imports: [module, ...imports], providers: [Provider] })(App);
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  return { app, provider: app.get(Provider) };
}

/** A subscription to what a decorated method gives. */
async function observableRetry(holdfast, options) {
  const { defer, lastValueFrom, of } = require('rxjs');
  const source = defer(() => of(1));
  const { provider } = await appWith({ holdfast, options, run: () => source, policy: 'retrying' });
  const items = provider.run();
  return { call: () => lastValueFrom(items), base: () => lastValueFrom(source) };
}

/** A decorated method, compared with `execute` of the same policy. */
async function decorated(holdfast, options) {
  const one = async () => 1;
  const { app, provider } = await appWith({ holdfast, options, run: one, policy: 'retrying' });
  const policy = app.get(holdfast.ResilienceService).policy('retrying');
  return { call: () => provider.run(), base: () => policy.execute(one) };
}

async function withMetrics(holdfast, options) {
  const { PrometheusModule } = require('@willsoto/nestjs-prometheus');
  const { ResilienceMetricsModule } = await load('metrics/prometheus/index.js');
  const imports = [
    PrometheusModule.register({ defaultMetrics: { enabled: false } }),
    ResilienceMetricsModule.register(),
  ];
  const run = async () => 1;
  const { provider } = await appWith({ holdfast, options, run, policy: 'guarded', imports });
  return () => provider.run();
}

/** One policy with a circuit for each key. */
function manyBreakers(createPolicy, count, fn, o) {
  const policy = createPolicy({ name: 'bench', circuitBreaker: { ...circuitBreaker(o), maxKeys: count } });
  const options = Array.from({ length: count }, (_, index) => ({ key: `k${index}` }));
  // A circuit is made with its first use.
  for (const { key } of options) policy.breaker(key).close();
  return (index) => policy.execute(fn, options[index]);
}

export const adapter = {
  name: 'ours',
  version: () => require('./package.json').version,
  note: 'each attempt has the timeout of S4, and a slot of the bulkhead',
  entries: { main: path.join(build, 'index.js'), core: path.join(build, 'core/index.js') },
  async load() {
    const { createPolicy } = await load('core/index.js');
    const holdfast = await load('index.js');
    const policy = (options) => createPolicy({ name: 'bench', ...options });
    const under = (options) => (fn, o) => policy(options(o)).wrap(fn);
    return {
      policyOf: (o) => policy(full(o)),
      retry: under((o) => ({ retry: retry(o) })),
      breaker: under((o) => ({ circuitBreaker: circuitBreaker(o) })),
      breakerFallback: under((o) => ({ fallback: fallback(o), circuitBreaker: circuitBreaker(o) })),
      tryBreaker(fn, o) {
        const breaker = policy({ circuitBreaker: circuitBreaker(o) });
        return () => breaker.tryExecute(fn);
      },
      retryBreakerFallback: under(guarded),
      full: under(full),
      timeout: under(({ ms }) => ({ timeout: ms })),
      bulkhead: under((o) => ({ bulkhead: bulkhead(o) })),
      rateLimit: under(({ limit, perMs }) => ({ rateLimiter: { limit, interval: perMs } })),
      manyBreakers: (count, fn, o) => manyBreakers(createPolicy, count, fn, o),
      observableRetry: (o) => observableRetry(holdfast, o),
      decorated: (o) => decorated(holdfast, o),
      withMetrics: (_, o) => withMetrics(holdfast, o),
      nest: nestSpec(holdfast),
    };
  },
};
