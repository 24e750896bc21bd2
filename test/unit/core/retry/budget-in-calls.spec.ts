import { callReport } from '../../../../lib/core/call-report.js';
import { ResilienceConfigError } from '../../../../lib/core/errors/config-error.js';
import type { Policy } from '../../../../lib/core/policy.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import {
  eventsOf,
  noBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
} from '../../../support/virtual-policy.js';

const down = new Error('down');
const retry = (budget: object | true) => ({ maxAttempts: 100, backoff: noBackoff, budget });

/** Attempts of one call that always fails. */
async function attemptsOf(policy: Policy, operation?: string, key?: string): Promise<number> {
  const { report } = await policy.tryExecute(scripted([down]), {
    ...(operation === undefined ? {} : { operation }),
    ...(key === undefined ? {} : { key }),
  });
  return report.attempts;
}

describe('the retry budget of a policy', () => {
  it('allows by default 20 % of the calls and 3 retries a second over 10 s', async () => {
    const { policy } = virtualPolicy({ retry: retry(true) });

    // 0.2 · 1 + 30: the call's own first attempt and 31 retries.
    expect(await attemptsOf(policy)).toBe(32);
    expect(callReport(down)?.reason).toBe('budget');
  });

  it('counts a call when its first attempt is admitted, and no rejected one', async () => {
    const { policy } = virtualPolicy({
      retry: retry({ ratio: 1, minPerSecond: 0 }),
      circuitBreaker: { failureThreshold: 1000 },
    });
    policy.breaker()?.forceOpen();
    for (let i = 0; i < 10; i++) await rejection(policy.execute(scripted([1])));
    policy.breaker()?.close();

    expect(await attemptsOf(policy)).toBe(2);
  });

  it('lets calls succeed at no cost and spend what they have earned', async () => {
    const { policy } = virtualPolicy({ retry: retry({ ratio: 0.5, minPerSecond: 0 }) });
    for (let i = 0; i < 9; i++) await policy.execute(scripted(['fine']));

    // 0.5 · 10 calls
    expect(await attemptsOf(policy)).toBe(6);
  });

  it('comes back with time', async () => {
    const { policy, clock } = virtualPolicy({ retry: retry({ ratio: 0.1, minPerSecond: 1, window: '10s' }) });
    expect(await attemptsOf(policy)).toBe(12);
    expect(await attemptsOf(policy)).toBe(1);
    await clock.advance('10s');

    expect(await attemptsOf(policy)).toBe(12);
  });

  it('is no part of a call whose error is not retried', async () => {
    const { policy } = virtualPolicy({ retry: retry({ ratio: 1, minPerSecond: 0 }) });
    const missing = Object.assign(new Error('missing'), { status: 404 });
    await rejection(policy.execute(scripted([missing])));

    // Both calls count, no retry was spent.
    expect(await attemptsOf(policy)).toBe(3);
  });

  it('tells a refused retry by an event of its own', async () => {
    const { policy } = virtualPolicy({
      name: 'payments',
      retry: retry({ ratio: 1, minPerSecond: 0, name: 'psp' }),
    });
    const events = eventsOf(policy);
    await attemptsOf(policy, 'Payments.charge');

    expect(events.filter(({ type }) => type === 'budgetExhausted')).toEqual([
      expect.objectContaining({
        policy: 'payments',
        operation: 'Payments.charge',
        attempt: 2,
        budget: 'psp',
        error: down,
      }),
    ]);
    expect(events.filter(({ type }) => type === 'retriesExhausted')).toEqual([
      expect.objectContaining({ attempt: 2, reason: 'budget' }),
    ]);
  });

  describe('identity', () => {
    const scant = { ratio: 1, minPerSecond: 0 };

    it("is the operation's by default", async () => {
      const { policyOf } = virtualEngine();
      const policy = policyOf('p', { retry: retry(scant) });

      expect(await attemptsOf(policy, 'A.one')).toBe(2);
      expect(await attemptsOf(policy, 'A.two')).toBe(2);
      // The second call of A.one earns one retry, no more.
      expect(await attemptsOf(policy, 'A.one')).toBe(2);
    });

    it('is shared by all policies that name it', async () => {
      const { policyOf } = virtualEngine();
      const first = policyOf('first', { retry: retry({ ...scant, name: 'psp' }) });
      const second = policyOf('second', { retry: retry({ name: 'psp' }) });
      for (let i = 0; i < 5; i++) await first.execute(scripted(['fine']), { operation: 'A.one' });

      expect(await attemptsOf(second, 'B.two')).toBe(7);
      expect(await attemptsOf(first, 'A.one')).toBe(2);
    });

    it("is the breaker's name, or scope, where the budget gives none", async () => {
      const { policyOf } = virtualEngine();
      const breaker = (identity: object) => ({ circuitBreaker: { failureThreshold: 1000, ...identity } });
      const named = policyOf('named', { retry: retry(scant), ...breaker({ name: 'psp' }) });
      const joined = policyOf('joined', { retry: retry({ name: 'psp' }) });
      for (let i = 0; i < 5; i++) await named.execute(scripted(['fine']), { operation: `A.${i}` });
      expect(await attemptsOf(joined, 'B.two')).toBe(7);

      const service = policyOf('service', { retry: retry(scant), ...breaker({ scope: 'service' }) });
      for (let i = 0; i < 5; i++) await service.execute(scripted(['fine']), { operation: `C.${i}` });
      expect(await attemptsOf(service, 'C.other')).toBe(7);
      expect(await attemptsOf(service, 'D.other')).toBe(2);
    });

    it("is divided by the policy's key", async () => {
      const { policy } = virtualPolicy({
        key: (tenant: string) => tenant,
        retry: retry({ ...scant, scope: 'policy' }),
      });
      const failFor = async (tenant: string): Promise<number> => {
        const { report } = await policy.tryExecute(scripted([down]), { args: [tenant] });
        return report.attempts;
      };
      for (let i = 0; i < 5; i++) await policy.execute(scripted(['fine']), { args: ['acme'] });

      expect(await failFor('acme')).toBe(7);
      expect(await failFor('umbrella')).toBe(2);
      expect(await attemptsOf(policy, undefined, 'umbrella')).toBe(2);
    });

    it('refuses two definitions of one name, naming both places', () => {
      const { policyOf } = virtualEngine();
      policyOf('first', { retry: retry({ ratio: 0.1, name: 'psp' }) }).pipelineOf();
      const second = policyOf('second', { retry: retry({ ratio: 0.2, name: 'psp' }) });

      expect(() => second.pipelineOf()).toThrow(ResilienceConfigError);
      expect(() => second.pipelineOf()).toThrow(/retry budget "psp".*policy "first".*policy "second"/);
    });
  });
});
