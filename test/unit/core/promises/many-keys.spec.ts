import v8 from 'node:v8';
import vm from 'node:vm';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { noBackoff, virtualEngine } from '../../../support/virtual-policy.js';

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
  it.each(Object.keys(keyed))('keep %s inside its bound', async (name) => {
    const { policy, states } = world(keyed[name] as PolicyOptions);
    for (let i = 0; i < KEYS; i++) await policy.tryExecute(fine, { key: `tenant ${i}` });

    expect(states()).toBe(BOUND);
  });

  it.each(Object.keys(keyed))('whose operations fail keep %s inside its bound', async (name) => {
    const { policy, states } = world(keyed[name] as PolicyOptions);
    const down = new Error('down');
    const fail = (): Promise<never> => Promise.reject(down);
    for (let i = 0; i < 2 * BOUND; i++) await policy.tryExecute(fail, { key: `tenant ${i}` });

    expect(states()).toBe(BOUND);
  });

  it('keep the heap flat, under all strategies at once', async () => {
    const collectGarbage = exposedGc();
    const { retry, ...rest } = Object.assign({}, ...Object.values(keyed)) as PolicyOptions;
    const all = { ...rest, retry: { ...(retry as object), backoff: noBackoff, budget: true } };
    const { policy } = world(all);
    const call = (i: number): Promise<unknown> => policy.tryExecute(fine, { key: `tenant ${i}` });
    for (let i = 0; i < 2 * BOUND; i++) await call(i);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 2 * BOUND; i < 6 * BOUND; i++) await call(i);
    collectGarbage();
    const grown = process.memoryUsage().heapUsed - before;

    // If each further key stayed, with six states of at least 100 bytes, these would be 24 MB.
    expect(grown).toBeLessThan(8_000_000);
  });
});

function fine(): string {
  return 'fine';
}
