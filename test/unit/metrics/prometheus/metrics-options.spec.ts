import { resolveMetricsOptions } from '../../../../lib/metrics/prometheus/metrics-options.js';

describe('options of ResilienceMetricsModule.register', () => {
  it('have defaults', () => {
    expect(resolveMetricsOptions()).toEqual({
      prefix: 'resilience_',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
      maxLabelValues: 500,
      exemplars: false,
    });
  });

  it.each([
    { prefix: '' },
    { prefix: 'app:holdfast_' },
    { buckets: [1] },
    { maxLabelValues: 1 },
    { exemplars: true },
  ])('accept %j', (options) => {
    expect(resolveMetricsOptions(options)).toMatchObject(options);
  });

  it('take undefined as not given', () => {
    expect(resolveMetricsOptions({ prefix: undefined } as never).prefix).toBe('resilience_');
  });

  it.each([
    [{ prefix: '1x' }, 'prefix: expected'],
    [{ prefix: 'a-b' }, 'prefix: expected'],
    [{ prefix: 7 }, 'prefix: expected'],
    [{ buckets: [] }, 'buckets: expected'],
    [{ buckets: [0, 1] }, 'buckets: expected'],
    [{ buckets: [1, 1] }, 'buckets: expected'],
    [{ buckets: [2, 1] }, 'buckets: expected'],
    [{ buckets: [1, Infinity] }, 'buckets: expected'],
    [{ buckets: ['1'] }, 'buckets: expected'],
    [{ buckets: 1 }, 'buckets: expected'],
    [{ maxLabelValues: 0 }, 'maxLabelValues: expected an integer >= 1'],
    [{ maxLabelValues: 1.5 }, 'maxLabelValues: expected'],
    [{ exemplars: 'yes' }, 'exemplars: expected true or false'],
    [{ bucket: [1] }, 'bucket: unknown option; there are prefix, buckets, maxLabelValues, exemplars'],
    [{ constructor: 1 }, 'constructor: unknown option'],
  ])('refuse %j', (options, message) => {
    expect(() => resolveMetricsOptions(options as never)).toThrow(message);
  });

  it('refuse everything that is wrong at once', () => {
    expect(() => resolveMetricsOptions({ prefix: '1', buckets: [], nope: 1 } as never)).toThrow(
      /prefix: .*; buckets: .*; nope: /,
    );
  });
});
