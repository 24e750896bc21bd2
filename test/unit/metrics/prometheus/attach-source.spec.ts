import * as client from 'prom-client';
import { definitions } from '../../../../lib/metrics/metric-definitions.js';
import { attachSource } from '../../../../lib/metrics/prometheus/attach-source.js';
import { resolveMetricsOptions } from '../../../../lib/metrics/prometheus/metrics-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { countedRuntime, scrape, sum } from '../../../support/metrics.js';

const options = { policies: { payments: { circuitBreaker: { failureThreshold: 1 } } } };
const { register } = client;

afterEach(() => register.clear());

async function failOnce({ policy }: ReturnType<typeof countedRuntime>, operation: string): Promise<void> {
  await policy('payments')
    .execute(scripted([new Error('down')]), { operation })
    .catch(() => undefined);
}

describe('several applications of one process', () => {
  it('share the counters, and each gauge is read from all of them', async () => {
    const [one, two] = [countedRuntime(options), countedRuntime(options)];
    await failOnce(one, 'same');
    await failOnce(two, 'same');
    expect(await scrape('calls_total', { operation: 'same' })).toEqual({
      'policy=payments,outcome=failure': 2,
    });
    expect(await scrape('circuit_breaker_state', { breaker: 'same', state: 'open' })).toEqual({ '': 2 });
  });

  it('take the series of their breakers along when they close; those of others stay', async () => {
    const [one, two] = [countedRuntime(options), countedRuntime(options)];
    await failOnce(one, 'mine');
    await failOnce(one, 'ours');
    await failOnce(one, 'mine');
    await failOnce(two, 'ours');
    one.detach();
    expect(await scrape('circuit_breaker_state', { state: 'open' })).toEqual({ 'breaker=ours': 1 });
    expect(await scrape('circuit_breaker_transitions_total')).toEqual({
      'breaker=ours,from=closed,to=open': 2,
    });
    expect(await scrape('circuit_breaker_rejected_total')).toEqual({});
    expect(sum(await scrape('calls_total'))).toBe(4);
  });

  it('are counted no more once they have closed', async () => {
    const one = countedRuntime(options);
    one.detach();
    await failOnce(one, 'late');
    expect(await scrape('calls_total')).toEqual({});
    expect(one.runtime.engine.events.mask).toBe(0);
  });

  it('leave the counters readable when the last has closed; the next one starts from zero', async () => {
    const one = countedRuntime(options);
    await failOnce(one, 'same');
    one.detach();
    expect(sum(await scrape('calls_total'))).toBe(1);
    countedRuntime(options);
    expect(await scrape('calls_total')).toEqual({});
  });

  it('two hundred, one after another, leave one set of metrics and no breaker behind', async () => {
    for (let number = 0; number < 200; number++) {
      const app = countedRuntime(options);
      await failOnce(app, `operation ${number}`);
      app.detach();
    }
    expect(register.getMetricsAsArray()).toHaveLength(Object.keys(definitions).length);
    expect(await scrape('circuit_breaker_state')).toEqual({});
    expect(await scrape('circuit_breaker_transitions_total')).toEqual({});
    expect(sum(await scrape('calls_total'))).toBe(1);
  });

  it('may have different caps: each its own', async () => {
    const one = countedRuntime(options, { maxLabelValues: 1 });
    const two = countedRuntime(options, { maxLabelValues: 2 });
    for (const app of [one, two]) for (const operation of ['a', 'b', 'c']) await failOnce(app, operation);
    expect(await scrape('calls_total', { policy: 'payments', outcome: 'failure' })).toEqual({
      'operation=a': 2,
      'operation=other': 3,
      'operation=b': 1,
    });
  });

  it('need the same buckets, or prefixes of their own', () => {
    const one = countedRuntime(options);
    expect(() => countedRuntime(options, { buckets: [1] })).toThrow(
      'another application of this process counts under "resilience_" with other buckets',
    );
    expect(() => countedRuntime(options, { buckets: [1], prefix: 'other_' })).not.toThrow();
    one.detach();
    expect(() => countedRuntime(options, { buckets: [1] })).not.toThrow();
  });
});

describe('an application', () => {
  it('is counted once, however often it is attached', async () => {
    const app = countedRuntime(options);
    const again = attachSource(app.source, client, resolveMetricsOptions());
    await failOnce(app, 'same');
    expect(sum(await scrape('calls_total'))).toBe(1);
    again();
    await failOnce(app, 'other');
    expect(sum(await scrape('calls_total'))).toBe(2);
  });

  it('gets new metrics where somebody has cleared the registry', async () => {
    const one = countedRuntime(options);
    register.clear();
    const two = countedRuntime(options);
    await failOnce(one, 'lost');
    await failOnce(two, 'seen');
    expect(await scrape('calls_total')).toEqual({ 'policy=payments,operation=seen,outcome=failure': 1 });
    one.detach();
    expect(await scrape('circuit_breaker_transitions_total')).toEqual({
      'breaker=seen,from=closed,to=open': 1,
    });
  });

  it('does not take over metrics of somebody else', () => {
    const foreign = new client.Counter({ name: 'resilience_calls_total', help: 'mine' });
    expect(() => countedRuntime(options)).toThrow(
      'metrics of these names exist already: resilience_calls_total; give it another `prefix`',
    );
    expect(register.getSingleMetric('resilience_calls_total')).toBe(foreign);
  });
});
