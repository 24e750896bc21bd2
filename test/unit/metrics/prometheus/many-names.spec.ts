import { register } from 'prom-client';
import { countedRuntime, scrape, sum } from '../../../support/metrics.js';

afterEach(() => register.clear());

const down = async () => Promise.reject(new Error('down'));

describe('many names', () => {
  it('make so many series and no more: 100,000 operations, each with a breaker', async () => {
    const { source, runtime } = countedRuntime({}, { maxLabelValues: 50 });
    const emit = (source.events as unknown as { emit(event: object): void }).emit.bind(source.events);
    const common = { policy: 'p', at: 0, callId: '' };
    for (let n = 0; n < 100_000; n++) {
      const [operation, breaker] = [`operation ${n}`, `breaker ${n}`];
      const { meter } = runtime.engine.stats.of('p', operation);
      meter?.succeeded(1, 5);
      meter?.refused(1, 'circuitBreaker', breaker);
      emit({
        ...common,
        operation,
        breaker,
        type: 'circuitOpened',
        from: 'closed',
        to: 'open',
        reason: 'manual',
      });
    }
    expect(Object.keys(await scrape('circuit_breaker_rejected_total')).length).toBeLessThanOrEqual(51);
    expect(Object.keys(await scrape('circuit_breaker_transitions_total')).length).toBeLessThanOrEqual(51);
    for (const name of ['calls_total', 'call_duration_seconds_count', 'retry_attempts_total']) {
      const series = Object.entries(await scrape(name)).filter(([key]) => !key.includes('rejected'));
      expect(series).toHaveLength(51);
      expect(series.reduce((total, [, value]) => total + value, 0)).toBe(100_000);
    }
  });

  it('are read once a scrape: 1,000 breakers, whatever the number of gauges', async () => {
    const { policy, source } = countedRuntime({
      policies: { p: { circuitBreaker: { failureRatio: 0.5 }, bulkhead: { maxConcurrent: 5 } } },
    });
    for (let n = 0; n < 1000; n++) await policy('p').tryExecute(down, { operation: `Service${n}.method` });
    const breakers = jest.spyOn(source, 'breakers');
    const bulkheads = jest.spyOn(source, 'bulkheads');
    const states = await scrape('circuit_breaker_state', { state: 'closed' });
    expect(sum(states)).toBe(1000);
    expect(breakers).toHaveBeenCalledTimes(1);
    expect(bulkheads).toHaveBeenCalledTimes(1);
    await scrape('circuit_breaker_state');
    expect(breakers).toHaveBeenCalledTimes(2);
  });
});
