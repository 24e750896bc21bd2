import { versionOf } from './_version.mjs';

export const adapter = {
  name: 'cockatiel',
  version: () => versionOf('cockatiel'),
  note: 'timeout by the aggressive strategy',
  async load() {
    const c = await import('cockatiel');
    const retry = (o) =>
      c.retry(c.handleAll, { maxAttempts: o.attempts - 1, backoff: new c.ConstantBackoff(o.delayMs) });
    const breaker = (o) =>
      c.circuitBreaker(c.handleAll, {
        halfOpenAfter: o.openMs,
        breaker: new c.CountBreaker({ size: o.window, threshold: o.threshold }),
      });
    const fallback = (o) => c.fallback(c.handleAll, o.fallback);
    const timeout = (ms) => c.timeout(ms, c.TimeoutStrategy.Aggressive);
    const bulkhead = (o) => c.bulkhead(o.limit, o.queue);
    const under =
      (...parts) =>
      (fn, o) => {
        const policy = c.wrap(...parts.map((part) => part(o)));
        return () => policy.execute(fn);
      };
    return {
      retry: under(retry),
      breaker: under(breaker),
      breakerFallback: under(fallback, breaker),
      retryBreakerFallback: under(fallback, retry, breaker),
      full: under(fallback, bulkhead, retry, breaker, (o) => timeout(o.timeoutMs)),
      timeout: under((o) => timeout(o.ms)),
      bulkhead: under(bulkhead),
      manyBreakers(count, fn, o) {
        const breakers = Array.from({ length: count }, () => breaker(o));
        return (index) => breakers[index].execute(fn);
      },
    };
  },
};
