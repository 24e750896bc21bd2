import { HANDED_OFF } from '../../../lib/core/hand-off.js';
import type { PolicyOptions } from '../../../lib/core/policy-options.js';
import { virtualEngine } from '../../support/virtual-policy.js';

describe('a call that is handed off in its first attempt', () => {
  it.each<[string, PolicyOptions]>([
    ['nothing', {}],
    ['limits', { timeout: { total: '1m', attempt: '5s' } }],
    ['a breaker per attempt', { circuitBreaker: { resetTimeout: '1s' } }],
    ['a breaker per call', { circuitBreaker: { resetTimeout: '1s', per: 'call' } }],
    ['chaos without latency', { chaos: { enabled: true, errorRatio: 0 } }],
  ])('never happened, under %s: no count, no permit, no timer', async (_, options) => {
    const { clock, policyOf } = virtualEngine();
    const policy = policyOf('p', options);
    policy.breaker()?.open();
    await clock.advance('1s');
    const result = await policy.execute(() => {
      throw HANDED_OFF;
    });

    expect(result).toBeUndefined();
    expect(policy.stats()).toMatchObject({ calls: 0, attempts: 0, failures: 0, successes: 0 });
    expect(clock.pending).toBe(0);
    for (const { probes, failures } of policy.breakers()) expect([probes, failures]).toEqual([0, 0]);
  });

  it('gives back its slot, its token and its place in the retry budget', async () => {
    const { engine, clock, policyOf } = virtualEngine();
    const policy = policyOf('p', {
      bulkhead: 1,
      rateLimiter: { limit: 1 },
      retry: { budget: { ratio: 1, minPerSecond: 0 } },
    });
    await policy.execute(() => {
      throw HANDED_OFF;
    });

    expect(engine.budgets.get('p')?.of(undefined).tryRetry(clock.now())).toBe(false);
    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(engine.budgets.get('p')?.of(undefined).tryRetry(clock.now())).toBe(true);
  });
});
