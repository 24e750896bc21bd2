import { Policy } from '../../../../lib/core/policy.js';
import { resolvePolicy, type PolicyOptions } from '../../../../lib/core/policy-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { noBackoff, virtualEngine } from '../../../support/virtual-policy.js';

const down = new Error('down');

/** As a reload does it: the same policy, at the same place, with other options. */
function versions(...options: PolicyOptions[]): Policy[] {
  const { engine } = virtualEngine();
  return options.map((one) => new Policy(engine, resolvePolicy('p', one), 'policies.p'));
}

describe('state whose policy is made anew with other options', () => {
  it('keeps the calls and retries of a budget', async () => {
    const budget = (ratio: number) => ({
      retry: { maxAttempts: 100, backoff: noBackoff, budget: { ratio, minPerSecond: 0 } },
    });
    const [before, after] = versions(budget(0.1), budget(0.5)) as [Policy, Policy];
    for (let i = 0; i < 19; i++) await before.execute(scripted(['fine']));
    expect((await before.tryExecute(scripted([down]))).report.attempts).toBe(3);

    // 0.5 · 21 calls, two retries of which are spent.
    expect((await after.tryExecute(scripted([down]))).report.attempts).toBe(10);
  });

  it('gives the budget of hedges its new ratio', async () => {
    const { engine, clock } = virtualEngine();
    const of = (ratio: number): Policy => {
      const hedge = { delay: 10, budget: { ratio } };
      return new Policy(engine, resolvePolicy('p', { idempotent: true, hedge }), 'policies.p');
    };
    const hedgesIn = async (policy: Policy): Promise<number> => {
      let runs = 0;
      for (let i = 0; i < 20; i++) {
        const call = policy.execute(
          () => new Promise((resolve) => clock.setTimer({ expire: () => resolve(++runs) }, 15)),
        );
        await clock.advance(30);
        await call;
      }
      return runs - 20;
    };

    expect(await hedgesIn(of(1))).toBe(20);
    expect(await hedgesIn(of(0.1))).toBeLessThan(13);
  });

  it('keeps what adaptive backoff has seen', async () => {
    const adaptive = (initialDelay: number, window: number): PolicyOptions => ({
      retry: {
        maxAttempts: 2,
        backoff: {
          type: 'adaptive',
          initialDelay,
          jitter: false,
          adaptive: { window, minSamples: 2, successThreshold: 0.5 },
        },
      },
    });
    const { engine, clock } = virtualEngine();
    const of = (...given: [number, number]): Policy =>
      new Policy(engine, resolvePolicy('p', adaptive(...given)), 'policies.p');
    await of(0, 10).tryExecute(scripted([down]));
    const result = of(100, 20).tryExecute(scripted([down]));
    await clock.advance('1s');

    // Nothing has succeeded: 100 · (1 + 2)
    expect((await result).report.delays).toEqual([300]);
  });
});

describe('key resolvers', () => {
  it('are found by name', async () => {
    const settings = resolvePolicy('p', { key: 'tenant', circuitBreaker: {} }, '', {
      allowNames: ['tenant'],
    });
    const { engine } = virtualEngine({ keys: { tenant: (tenant: string) => tenant } });
    const policy = new Policy(engine, settings);
    await policy.tryExecute(scripted([down]), { args: ['acme'] });

    expect(policy.breakers()).toEqual([expect.objectContaining({ key: 'acme' })]);
  });

  it('that nobody has given are an error that says what to do', async () => {
    const { engine } = virtualEngine();
    const settings = resolvePolicy('p', { key: 'tenant', circuitBreaker: {} }, '', {
      allowNames: ['tenant'],
    });
    const policy = new Policy(engine, settings);

    expect(await policy.tryExecute(scripted([down]))).toMatchObject({
      ok: false,
      error: { code: 'CONFIG_INVALID', issues: [expect.stringContaining('no resolver is named "tenant"')] },
    });
    expect(() => new Policy(virtualEngine({ keys: {} }).engine, settings).pipelineOf()).toThrow('tenant');
  });
});
