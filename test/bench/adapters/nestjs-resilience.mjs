import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { versionOf } from './_version.mjs';

const root = fileURLToPath(new URL('../nest10/', import.meta.url));
const require = createRequire(new URL('../nest10/package.json', import.meta.url));

export const adapter = {
  name: 'nestjs-resilience',
  version: () => `${versionOf('nestjs-resilience', 'nest10')} / Nest ${versionOf('@nestjs/core', 'nest10')}`,
  note: "Nest's logger is off, for it prints a line for each success",
  async load() {
    require('reflect-metadata');
    require('@nestjs/common').Logger.overrideLogger(false);
    const r = require('nestjs-resilience');
    // It makes one attempt less than `maxRetries` says retries.
    const retry = (o) => new r.RetryStrategy({ maxRetries: o.attempts, maxDelay: o.delayMs });
    const breaker = (o) =>
      new r.CircuitBreakerStrategy({
        requestVolumeThreshold: o.window,
        errorThresholdPercentage: o.threshold * 100,
        sleepWindowInMilliseconds: o.openMs,
        rollingWindowInMilliseconds: 0,
      });
    const fallback = (o) => new r.FallbackStrategy(() => o.fallback);
    const bulkhead = (o) => new r.BulkheadStrategy({ maxConcurrent: o.limit, maxQueue: o.queue });
    const timeout = (o) => new r.TimeoutStrategy(o.timeoutMs);
    // The innermost first.
    const all = [timeout, breaker, retry, bulkhead, fallback];
    const partsOf = (parts, o) => parts.map((part) => part(o));
    let commands = 0;
    const under =
      (...parts) =>
      (fn, o) => {
        class Command extends r.ResilienceCommand {
          run = fn;
        }
        const command = new Command(partsOf(parts, o), 'bench', `command${commands++}`);
        return () => command.execute();
      };
    return {
      retry: under(retry),
      breaker: under(breaker),
      breakerFallback: under(breaker, fallback),
      retryBreakerFallback: under(breaker, retry, fallback),
      full: under(...all),
      timeout: under(timeout),
      bulkhead: under(bulkhead),
      nest: {
        root,
        load: ({ common, options }) => ({
          imports: [r.ResilienceModule.forRoot({})],
          method: {
            retry: [r.UseResilience(retry(options))],
            full: [r.UseResilience(...partsOf(all, options))],
          },
          handler: [common.UseInterceptors(r.ResilienceInterceptor(...partsOf(all, options)))],
        }),
      },
    };
  },
};
