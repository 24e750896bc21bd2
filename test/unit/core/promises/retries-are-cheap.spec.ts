import { callReport } from '../../../../lib/core/call-report.js';
import type { Policy } from '../../../../lib/core/policy.js';
import type { RetryOptions } from '../../../../lib/core/retry/retry-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { heldOperation } from '../../../support/held-operation.js';
import { eventsOf, noBackoff, rejection, virtualEngine } from '../../../support/virtual-policy.js';

const retry = (options: RetryOptions = {}) => ({ retry: { maxAttempts: 4, backoff: noBackoff, ...options } });

function layers(...options: object[]) {
  const { policyOf } = virtualEngine({ random: () => 0.999 });
  return options.map((one, index) => policyOf(`layer ${index}`, one));
}

/** The first policy is the outermost. */
function through(policies: readonly Policy[], operation: () => Promise<unknown>): Promise<unknown> {
  return policies.reduceRight<() => Promise<unknown>>(
    (inner, policy) => () => policy.execute(inner),
    operation,
  )();
}

describe('retries are cheap to the dependency', () => {
  it('makes 4 calls under two layers of 4 attempts, not 16', async () => {
    const policies = layers(retry(), retry());
    const error = new Error('down');
    const charge = scripted([error]);

    expect(await rejection(through(policies, charge))).toBe(error);
    expect(charge.calls).toBe(4);
    expect(callReport(error)).toMatchObject({ policy: 'layer 0', reason: 'nested', attempts: 1 });
  });

  it.each([
    ['three layers of retries', [retry(), retry(), retry()]],
    ['a layer between that only limits time', [retry(), { timeout: '1m' }, retry()]],
    ['a layer between that only breaks the circuit', [retry(), { circuitBreaker: {} }, retry()]],
    ['a layer between that aborts on the error', [retry(), retry({ abortOn: ['unknown'] }), retry()]],
    ['a bulkhead within', [retry(), { ...retry(), bulkhead: 1 }]],
    ['a bulkhead without', [{ ...retry(), bulkhead: 1 }, retry()]],
    ['a rate limit within', [retry(), { ...retry(), rateLimiter: { limit: 100, maxWait: '1m' } }]],
    ['a layer between that is a bulkhead', [retry(), { bulkhead: 5, rateLimiter: { limit: 9 } }, retry()]],
    [
      'a throttle and a breaker within',
      [retry(), { ...retry(), adaptiveThrottle: true, circuitBreaker: {} }],
    ],
    ['wrapExhausted within', [retry(), retry({ wrapExhausted: true })]],
    ['a failing fallback within', [retry(), { ...retry(), fallback: () => Promise.reject(new Error('f')) }]],
  ])('makes 4 calls under %s', async (_, options) => {
    const charge = scripted([new Error('down')]);
    await rejection(through(layers(...options), charge));

    expect(charge.calls).toBe(4);
  });

  it('makes 4 calls where the layers belong to two applications of one process', async () => {
    const outer = virtualEngine().policyOf('outer', retry());
    const inner = virtualEngine().policyOf('inner', retry());
    const charge = scripted([new Error('down')]);
    await rejection(through([outer, inner], charge));

    expect(charge.calls).toBe(4);
  });

  it('makes no more than the slots and tokens of the inner layer allow', async () => {
    const noSlot = layers(retry(), { ...retry(), bulkhead: { name: 'pool', maxConcurrent: 1 } });
    const hangs = heldOperation();
    void through(noSlot.slice(1), hangs.operation);
    const refused = scripted([new Error('down')]);
    expect(await rejection(through(noSlot, refused))).toMatchObject({ code: 'BULKHEAD_FULL' });
    const twoTokens = layers(retry(), { ...retry(), rateLimiter: { limit: 2 } });
    const limited = scripted([new Error('down')]);
    expect(await rejection(through(twoTokens, limited))).toMatchObject({ code: 'RATE_LIMITED' });

    expect([refused.calls, limited.calls]).toEqual([0, 2]);
  });

  it('shares one budget between all policies that name it, whatever stands around them', async () => {
    const budget = { name: 'payments-api', ratio: 0.1, minPerSecond: 0.5 };
    const policies = layers(
      retry({ budget }),
      { ...retry({ budget }), bulkhead: 1 },
      { ...retry({ budget }), rateLimiter: { limit: 100 } },
    );
    const charge = scripted([new Error('down')]);
    for (const policy of policies) await rejection(policy.execute(charge));

    // 3 calls, and 0.1 · 3 + 0.5 · 10 retries: the first policy has made three of them.
    expect(charge.calls).toBe(3 + 6);
    expect(policies.map((policy) => policy.stats().retries)).toEqual([3, 3, 0]);
  });

  it('shares one budget between policies of one breaker', async () => {
    const circuitBreaker = { name: 'payments-api', failureThreshold: 100 };
    const policies = layers(
      { ...retry({ budget: { ratio: 0.1, minPerSecond: 0.3 } }), circuitBreaker },
      { ...retry({ budget: { ratio: 0.1, minPerSecond: 0.3 } }), circuitBreaker },
    );
    const charge = scripted([new Error('down')]);
    for (const policy of policies) await rejection(policy.execute(charge));

    expect(policies.map((policy) => policy.stats().retries)).toEqual([3, 1]);
  });

  it('finds the inner error through causes', async () => {
    const [outer, inner] = layers(retry(), retry()) as [Policy, Policy];
    const charge = scripted([new Error('down')]);
    const translated = outer.execute(async () => {
      try {
        return await inner.execute(charge);
      } catch (cause) {
        throw new Error('payment failed', { cause });
      }
    });
    await rejection(translated);

    expect(charge.calls).toBe(4);
  });

  it('finds inner errors in an AggregateError, where each of them is one', async () => {
    const [outer, inner] = layers(retry(), retry()) as [Policy, Policy];
    const replica = scripted([new Error('down')]);
    const both = outer.execute(() => Promise.any([inner.execute(replica), inner.execute(replica)]));
    await rejection(both);
    expect(replica.calls).toBe(8);

    const untried = scripted([new Error('down, too')]);
    await rejection(outer.execute(() => Promise.any([inner.execute(replica), untried()])));
    expect(untried.calls).toBe(4);
  });

  it('stops after an inner call that its budget or a hint ended', async () => {
    const busy = Object.assign(new Error('busy'), { headers: { 'retry-after': '3600' } });
    const withBudget = layers(retry(), retry({ budget: { ratio: 1, minPerSecond: 0 } }));
    const withHint = layers(retry(), retry());
    const broke = scripted([new Error('down')]);
    const hinted = scripted([new Error('down'), busy]);
    await rejection(through(withBudget, broke));
    await rejection(through(withHint, hinted));

    expect(broke.calls).toBe(2);
    expect(hinted.calls).toBe(2);
  });

  it('retries what an inner call of one attempt failed with', async () => {
    const charge = scripted([new Error('down')]);
    await rejection(through(layers(retry(), retry({ maxAttempts: 1 })), charge));

    expect(charge.calls).toBe(4);
  });

  it('retries an error with which an inner call gave up before the outer attempt began', async () => {
    const [outer, inner] = layers(retry(), retry()) as [Policy, Policy];
    const cached = new Error('cached');
    await rejection(inner.execute(scripted([cached])));
    const lookUp = scripted([cached]);
    await rejection(outer.execute(lookUp));

    expect(lookUp.calls).toBe(4);
  });

  it("retries all the same where nested is 'allow'", async () => {
    const charge = scripted([new Error('down')]);
    await rejection(through(layers(retry({ nested: 'allow' }), retry()), charge));

    expect(charge.calls).toBe(16);
  });

  it('cannot tell where a primitive is thrown, and retries', async () => {
    const charge = scripted([() => Promise.reject('down')]);
    await rejection(through(layers(retry(), retry()), charge));

    expect(charge.calls).toBe(16);
  });

  it('says once for each operation that the outer layer does not retry', async () => {
    const policies = layers(retry(), retry()) as [Policy, Policy];
    const events = eventsOf(policies[0]);
    for (let i = 0; i < 3; i++) await rejection(through(policies, scripted([new Error('down')])));

    const diagnostics = events.filter(({ type }) => type === 'diagnostic');
    expect(diagnostics).toEqual([
      expect.objectContaining({
        source: 'nested',
        policy: 'layer 0',
        message: expect.stringContaining('"layer 0" does not retry'),
      }),
    ]);
  });
});
