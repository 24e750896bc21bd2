import { acceptLayer } from '../../../lib/config/layer.js';
import { leafPaths, toPlain } from '../../../lib/config/plain.js';

/** Options as they are once they were checked. */
function tree(options: unknown) {
  const issues: string[] = [];
  const layer = acceptLayer(options, { name: 'test' }, 'policy', issues);
  expect(issues).toEqual([]);
  return layer?.tree ?? {};
}

const fallback = () => 'answer';

describe('checked options', () => {
  it('have a path for each value, and for each object that gives none', () => {
    const options = {
      timeout: '5s',
      retry: { maxAttempts: 3, budget: true, retryOn: ['network'] },
      circuitBreaker: {},
    };

    expect(leafPaths(tree(options))).toEqual([
      'timeout.total',
      'retry.maxAttempts',
      'retry.budget',
      'retry.retryOn',
      'circuitBreaker',
    ]);
  });

  it.each([
    { timeout: '5s' },
    { timeout: { total: false, attempt: 200 } },
    {
      retry: { backoff: { jitter: { factor: 0.5 } }, budget: true },
      circuitBreaker: { window: { type: 'time' } },
    },
    { retry: { backoff: fallback, retryOn: [Error, 503, 'network', fallback] }, fallback },
    {
      fallback: { handlers: [fallback, { value: { a: [1] } }], timeout: '1s' },
      extends: false,
      on: { retry: fallback },
    },
    { logging: false, key: 'tenant', enabled: false, discard: fallback, idempotent: true },
  ])('as a plain object are options that say the same: %p', (options) => {
    expect(tree(toPlain(tree(options)))).toEqual(tree(options));
  });
});
