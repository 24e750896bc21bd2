import { versionOf } from './_version.mjs';

export const adapter = {
  name: 'opossum',
  version: () => `${versionOf('opossum')} + p-retry ${versionOf('p-retry')}`,
  note: 'no count window: its default, 10 s; p-retry retries; the fallback of S3 and S4 is a catch',
  async load() {
    const { default: CircuitBreaker } = await import('opossum');
    const { default: pRetry } = await import('p-retry');
    const breakerOf = (fn, o, more) =>
      new CircuitBreaker(fn, {
        timeout: false,
        errorThresholdPercentage: o.threshold * 100,
        resetTimeout: o.openMs,
        volumeThreshold: o.window,
        ...more,
      });
    const retrying = (breaker, o) => {
      const options = { retries: o.attempts - 1, minTimeout: o.delayMs, factor: 1 };
      const fire = () => breaker.fire();
      const fallback = () => o.fallback;
      return () => pRetry(fire, options).catch(fallback);
    };
    return {
      breaker(fn, o) {
        const breaker = breakerOf(fn, o);
        return () => breaker.fire();
      },
      breakerFallback(fn, o) {
        const breaker = breakerOf(fn, o);
        breaker.fallback(() => o.fallback);
        return () => breaker.fire();
      },
      retryBreakerFallback: (fn, o) => retrying(breakerOf(fn, o), o),
      full: (fn, o) => retrying(breakerOf(fn, o, { timeout: o.timeoutMs, capacity: o.limit }), o),
      manyBreakers(count, fn, o) {
        const breakers = Array.from({ length: count }, () => breakerOf(fn, o));
        return (index) => breakers[index].fire();
      },
    };
  },
};
