import { versionOf } from './_version.mjs';

export const adapter = {
  name: 'mollitia',
  version: () => versionOf('mollitia'),
  note: 'its fallback always rejects, so that the value is given by a catch',
  async load() {
    const m = await import('mollitia');
    const retry = (o) => new m.Retry({ attempts: o.attempts - 1, interval: o.delayMs });
    const breaker = (o) =>
      new m.SlidingCountBreaker({
        slidingWindowSize: o.window,
        minimumNumberOfCalls: o.window,
        failureRateThreshold: o.threshold * 100,
        openStateDelay: o.openMs,
      });
    const bulkhead = (o) => new m.Bulkhead({ concurrentSize: o.limit, queueSize: o.queue });
    const circuit = (func, ...modules) => new m.Circuit({ func, options: { modules } });
    const under =
      (...parts) =>
      (fn, o) => {
        const made = circuit(fn, ...parts.map((part) => part(o)));
        return () => made.execute();
      };
    const answering = (builder) => (fn, o) => {
      const call = builder(fn, o);
      const fallback = () => o.fallback;
      return () => call().catch(fallback);
    };
    const timeout = (ms) => new m.Timeout({ delay: ms });
    return {
      retry: under(retry),
      breaker: under(breaker),
      breakerFallback: answering(under(breaker)),
      retryBreakerFallback: answering(under(retry, breaker)),
      full: answering(under(bulkhead, retry, breaker, (o) => timeout(o.timeoutMs))),
      timeout: under((o) => timeout(o.ms)),
      bulkhead: under(bulkhead),
      // It keeps one timestamp for each call: a limit that is never reached is its cheapest.
      rateLimit: under(() => new m.Ratelimit({ limitForPeriod: 1e6, limitPeriod: 1 })),
      manyBreakers(count, fn, o) {
        const circuits = Array.from({ length: count }, () => circuit(fn, breaker(o)));
        return (index) => circuits[index].execute();
      },
    };
  },
};
