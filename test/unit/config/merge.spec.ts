import { type Layer, acceptLayer } from '../../../lib/config/layer.js';
import { mergeLayers, nothing } from '../../../lib/config/merge.js';
import { toPlain } from '../../../lib/config/plain.js';

function layer(options: unknown, name: string): Layer {
  const issues: string[] = [];
  const accepted = acceptLayer(options, { name }, name, issues);
  expect(issues).toEqual([]);
  return accepted as Layer;
}

function merge(...sources: readonly unknown[]) {
  const merged = mergeLayers(
    nothing,
    sources.map((options, index) => layer(options, `source ${index}`)),
  );
  return {
    options: toPlain(merged.tree),
    origins: Object.fromEntries(Array.from(merged.origins, ([path, { name }]) => [path, name])),
  };
}

const a = () => 'a';
const b = () => 'b';

describe('merging', () => {
  it.each([
    [
      'objects field by field',
      { retry: { maxAttempts: 2, nested: 'stop' } },
      { retry: { maxAttempts: 3 } },
      { retry: { maxAttempts: 3, nested: 'stop' } },
    ],
    [
      'strategies beside one another',
      { retry: {} },
      { circuitBreaker: {} },
      { retry: {}, circuitBreaker: {} },
    ],
    [
      'lists by replacing',
      { retry: { retryOn: [1, 2].map((n) => 500 + n) } },
      { retry: { retryOn: ['server'] } },
      { retry: { retryOn: ['server'] } },
    ],
    [
      'functions by replacing',
      { retry: { backoff: a } },
      { retry: { backoff: b } },
      { retry: { backoff: b } },
    ],
    [
      'a function over an object',
      { retry: { backoff: { factor: 2 } } },
      { retry: { backoff: b } },
      { retry: { backoff: b } },
    ],
    [
      'an object over a function',
      { retry: { backoff: a } },
      { retry: { backoff: { factor: 2 } } },
      { retry: { backoff: { factor: 2 } } },
    ],
    [
      'undefined and null as not given',
      { retry: { maxAttempts: 2 }, timeout: 5 },
      { retry: undefined, timeout: null },
      { retry: { maxAttempts: 2 }, timeout: { total: 5 } },
    ],
    [
      'null inside as not given',
      { retry: { maxAttempts: 2 } },
      { retry: { maxAttempts: null } },
      { retry: { maxAttempts: 2 } },
    ],
    [
      'an empty object as saying nothing',
      { retry: { maxAttempts: 2 } },
      { retry: {} },
      { retry: { maxAttempts: 2 } },
    ],
    [
      'false by removing',
      { fallback: a, retry: { budget: true } },
      { fallback: false, retry: { budget: false } },
      { fallback: false, retry: { budget: false } },
    ],
    [
      'false inside by removing',
      { timeout: { total: 5, attempt: 1 } },
      { timeout: { total: false } },
      { timeout: { total: false, attempt: 1 } },
    ],
    [
      'an object over false afresh',
      { retry: false },
      { retry: { maxAttempts: 2 } },
      { retry: { maxAttempts: 2 } },
    ],
    [
      'shorthands as what they stand for',
      { timeout: { attempt: '1s' } },
      { timeout: '5s' },
      { timeout: { attempt: '1s', total: '5s' } },
    ],
    [
      'a fallback by replacing its handlers',
      { fallback: { handlers: [a], on: [503] } },
      { fallback: { value: 1 } },
      { fallback: { handlers: [{ value: 1 }], on: [503] } },
    ],
    [
      'a fallback value by identity',
      { fallback: { value: { x: 1 } } },
      { fallback: { value: { y: 1 } } },
      { fallback: { handlers: [{ value: { y: 1 } }] } },
    ],
    [
      'a budget of true as no more than present',
      { retry: { budget: { ratio: 0.5 } } },
      { retry: { budget: true } },
      { retry: { budget: { ratio: 0.5 } } },
    ],
    [
      'jitter in words over a factor',
      { retry: { backoff: { jitter: { factor: 0.5 } } } },
      { retry: { backoff: { jitter: false } } },
      { retry: { backoff: { jitter: 'none' } } },
    ],
    [
      'another type by replacing',
      { retry: { backoff: { type: 'exponential', initialDelay: '5s', factor: 3 } } },
      { retry: { backoff: { type: 'fixed' } } },
      { retry: { backoff: { type: 'fixed' } } },
    ],
    [
      'another type than the default one by replacing',
      { retry: { backoff: { initialDelay: '5s' } } },
      { retry: { backoff: { type: 'fixed' } } },
      { retry: { backoff: { type: 'fixed' } } },
    ],
    [
      'the default type over none field by field',
      { retry: { backoff: { initialDelay: '5s' } } },
      { retry: { backoff: { type: 'exponential', factor: 3 } } },
      { retry: { backoff: { initialDelay: '5s', type: 'exponential', factor: 3 } } },
    ],
    [
      'the same type field by field',
      { circuitBreaker: { window: { type: 'count', size: 5 } } },
      { circuitBreaker: { window: { type: 'count' } } },
      { circuitBreaker: { window: { type: 'count', size: 5 } } },
    ],
    [
      'another type of window by replacing',
      { circuitBreaker: { window: { type: 'count', size: 5 } } },
      { circuitBreaker: { window: { type: 'time' } } },
      { circuitBreaker: { window: { type: 'time' } } },
    ],
    [
      'no type over one field by field',
      { retry: { backoff: { type: 'fixed', initialDelay: 5 } } },
      { retry: { backoff: { initialDelay: 6 } } },
      { retry: { backoff: { type: 'fixed', initialDelay: 6 } } },
    ],
    [
      'listeners event by event',
      { on: { retry: a, success: a } },
      { on: { retry: b } },
      { on: { retry: b, success: a } },
    ],
    ['silenced logging by replacing', { logging: { retry: true } }, { logging: false }, { logging: false }],
  ])('takes %s', (_rule, weak, strong, options) => {
    expect(merge(weak, strong).options).toEqual(options);
  });

  it('keeps the very same functions, classes and fallback values', () => {
    class PaymentError extends Error {}
    const value = { x: 1 };
    const { options } = merge({ fallback: { value } }, { retry: { retryOn: [PaymentError] } });
    const merged = options as { fallback: { handlers: [{ value: unknown }] }; retry: { retryOn: [unknown] } };
    expect(merged.fallback.handlers[0].value).toBe(value);
    expect(merged.retry.retryOn[0]).toBe(PaymentError);
  });

  it('says who gave what', () => {
    expect(
      merge({ retry: { maxAttempts: 2, nested: 'stop' }, timeout: '5s' }, { retry: { maxAttempts: 3 } })
        .origins,
    ).toEqual({
      retry: 'source 1',
      'retry.maxAttempts': 'source 1',
      'retry.nested': 'source 0',
      timeout: 'source 0',
      'timeout.total': 'source 0',
    });
  });

  it('forgets who gave what was replaced or removed', () => {
    const { origins } = merge(
      { retry: { backoff: { initialDelay: 5, factor: 3 } }, timeout: { total: 5 } },
      { retry: { backoff: { type: 'fixed' } }, timeout: false },
    );
    expect(origins).toEqual({
      retry: 'source 1',
      'retry.backoff': 'source 1',
      'retry.backoff.type': 'source 1',
      timeout: 'source 1',
    });
  });
});
