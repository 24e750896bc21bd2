import v8 from 'node:v8';
import vm from 'node:vm';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { virtualEngine } from '../../../support/virtual-policy.js';

const KEYS = 100_000;
const BOUND = 10_000;

function exposedGc(): () => void {
  v8.setFlagsFromString('--expose-gc');
  return vm.runInNewContext('gc') as () => void;
}

/** Every strategy that keeps state by key. */
const keyed: Record<string, PolicyOptions> = {
  circuitBreaker: { circuitBreaker: { failureRatio: 0.5, minimumCalls: 2 } },
  budget: { retry: { maxAttempts: 1, budget: true } },
  adaptiveStats: { retry: { maxAttempts: 1, backoff: { type: 'adaptive' } } },
  bulkhead: { bulkhead: 10 },
  rateLimiter: { rateLimiter: { limit: 1, interval: '1h' } },
  adaptiveThrottle: { adaptiveThrottle: true },
  hedge: { idempotent: true, hedge: { delay: '1m' } },
};

function world(options: PolicyOptions) {
  const { engine, policyOf } = virtualEngine({ random: () => 0.999 });
  /** How many states there are of all strategies together. */
  const states = (): number =>
    [
      ...engine.breakers.all(),
      ...engine.budgets.all(),
      ...engine.adaptiveStats.all(),
      ...engine.bulkheads.all(),
      ...engine.limiters.all(),
      ...engine.throttles.all(),
      ...engine.hedging.all(),
    ].reduce((sum, shared) => sum + keysOf(shared), 0);
  return { policy: policyOf('p', options), states };
}

/** The number of keys in whatever store of keys a shared state has. */
function keysOf(shared: object): number {
  const stores = Object.values(shared).filter((one) => typeof one?.keys === 'number');
  expect(stores).toHaveLength(1);
  return stores[0].keys;
}

describe('a hundred thousand keys', () => {
  it('keep every strategy inside its bound and the heap flat, all at once', async () => {
    const collectGarbage = exposedGc();
    const { retry, ...rest } = Object.assign({}, ...Object.values(keyed)) as PolicyOptions;
    const { policy, states } = world({ ...rest, retry: { ...(retry as object), budget: true } });
    const call = (i: number): Promise<unknown> => policy.tryExecute(fine, { key: `tenant ${i}` });
    for (let i = 0; i < 1.2 * BOUND; i++) await call(i);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 1.2 * BOUND; i < KEYS; i++) await call(i);
    collectGarbage();
    const grown = process.memoryUsage().heapUsed - before;

    expect(states()).toBe(Object.keys(keyed).length * BOUND);
    // If each further key stayed, with seven states of at least 100 bytes, these would be 61 MB.
    expect(grown).toBeLessThan(15_000_000);
  });

  it.each(Object.keys(keyed))('keep %s inside its bound, also where operations fail', async (name) => {
    for (const operation of [fine, fail]) {
      const { policy, states } = world(keyed[name] as PolicyOptions);
      for (let i = 0; i < 1.2 * BOUND; i++) await policy.tryExecute(operation, { key: `tenant ${i}` });

      expect(states()).toBe(BOUND);
    }
  });
});

const down = new Error('down');

function fail(): Promise<never> {
  return Promise.reject(down);
}

function fine(): string {
  return 'fine';
}
