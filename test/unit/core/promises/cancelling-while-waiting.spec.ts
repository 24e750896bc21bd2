import { getEventListeners } from 'node:events';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { heldOperation, settled, type HeldRun } from '../../../support/held-operation.js';
import { eventsOf, virtualEngine, watched } from '../../../support/virtual-policy.js';

const reason = { because: 'the tab was closed' };

interface Situation {
  readonly options: PolicyOptions;
  /** Options of the one who takes what there is before the others come. */
  readonly taker: PolicyOptions;
  /** How far time moves before the abort. */
  readonly reachMs: number;
  /** Runs of one call until then. */
  readonly runs: number;
}

const limits: PolicyOptions = {
  idempotent: true,
  timeout: { total: '1h', attempt: '1m' },
  retry: { budget: true },
  circuitBreaker: { failureThreshold: 1 },
  adaptiveThrottle: true,
};

const situations: Record<string, Situation> = {
  'queued in a bulkhead': {
    options: { ...limits, bulkhead: { name: 'pool', maxConcurrent: 1, maxQueue: 1000, queueTimeout: '1h' } },
    taker: { bulkhead: { name: 'pool' } },
    reachMs: 1000,
    runs: 0,
  },
  'waiting for a rate limit': {
    options: { ...limits, rateLimiter: { name: 'quota', limit: 1, interval: '1s', maxWait: '1h' } },
    taker: { rateLimiter: { name: 'quota' } },
    reachMs: 900,
    runs: 0,
  },
  'queued behind a rate limit that has let it pass': {
    options: {
      ...limits,
      rateLimiter: { limit: 2000, maxWait: '1h' },
      bulkhead: { name: 'pool', maxConcurrent: 1, maxQueue: 1000 },
    },
    taker: { bulkhead: { name: 'pool' } },
    reachMs: 1000,
    runs: 0,
  },
  'with two invocations under way': {
    options: { ...limits, hedge: { delay: 100, budget: { ratio: 1 } }, bulkhead: 2000 },
    taker: {},
    reachMs: 1000,
    runs: 2,
  },
};

/** Somebody has taken the slot or the token; others wait for it with one signal. */
async function waiting(name: string, calls: number) {
  const { options, taker, reachMs } = situations[name] as Situation;
  const { engine, clock, policyOf } = virtualEngine({ random: () => 0.999 });
  const policy = policyOf('payments', options);
  // The policy that defines the state comes first; then the one that joins it takes what there is.
  const { runs: taken, operation: take } = heldOperation();
  void policy.tryExecute(() => 'warm', { idempotent: false });
  await settled();
  await clock.advance('1h');
  const before = clock.pending;
  void policyOf('taker', taker).execute(take);
  const { runs, operation } = heldOperation();
  const events = eventsOf(policy);
  const controller = new AbortController();
  const started = policy.stats();
  const all = Array.from({ length: calls }, () =>
    watched(policy.execute(operation, { signal: controller.signal })),
  );
  await clock.advance(reachMs);
  return { engine, clock, policy, all, runs, taken, events, controller, before, started };
}

describe.each(Object.keys(situations))('cancelling a call %s', (name) => {
  const expectedRuns = situations[name]?.runs ?? 0;

  it("rejects in the same tick with the caller's reason, runs nothing more and leaves nothing", async () => {
    const { clock, all, runs, controller, before } = await waiting(name, 1);
    expect(all[0]?.settled).toBe(false);
    expect(runs).toHaveLength(expectedRuns);
    controller.abort(reason);
    await settled();

    expect(all[0]).toEqual({ settled: true, error: reason });
    expect(clock.pending).toBe(before);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await clock.advance('2h');
    expect(runs).toHaveLength(expectedRuns);
  });

  it('is no failure and no request, and one aborted call', async () => {
    const { policy, controller, events, started } = await waiting(name, 1);
    controller.abort(reason);
    await settled();

    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0, probes: 0 });
    const { calls, aborted, failures, rejections } = policy.stats();
    expect([calls - started.calls, aborted, failures, rejections]).toEqual([1, 1, 0, 0]);
    const ends = events.filter(({ type }) => type === 'failure' || type === 'success');
    expect(ends).toMatchObject([{ type: 'failure', outcome: 'aborted', error: reason }]);
  });

  it('gives back what it took: the next call gets its turn', async () => {
    const { clock, policy, controller, taken, runs } = await waiting(name, 5);
    controller.abort(reason);
    await settled();
    [...taken, ...runs].forEach((run: HeldRun) => run.resolve());
    await settled();
    const next = watched(policy.execute(() => 'fine', { idempotent: false }));
    await clock.advance('2s');

    expect(next.value).toBe('fine');
  });

  it('of a thousand that share one signal, all in one tick, leaves no listener and no timer', async () => {
    const { clock, all, controller, before } = await waiting(name, 1000);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    expect(all.some((call) => call.settled)).toBe(false);
    controller.abort(reason);
    await settled();

    expect(all.every(({ error }) => error === reason)).toBe(true);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(before);
  });
});

describe('cancelling a probe that waits for a slot', () => {
  it.each(['attempt', 'call'] as const)('leaves the permit to the next caller (per: %s)', async (per) => {
    const { clock, policyOf } = virtualEngine();
    const policy = policyOf('payments', {
      bulkhead: { name: 'pool', maxConcurrent: 1, maxQueue: 5 },
      circuitBreaker: { per, resetTimeout: '1s' },
    });
    const { runs, operation } = heldOperation();
    void policy.execute(operation);
    policy.breaker()?.open();
    await clock.advance('1s');
    const controller = new AbortController();
    const probe = watched(policy.execute(operation, { signal: controller.signal }));
    const next = watched(policy.execute(operation));
    controller.abort(reason);
    await settled();
    expect(probe.error).toBe(reason);
    runs[0]?.resolve();
    await settled();

    expect(runs).toHaveLength(2);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'halfOpen', probes: 1 });
    runs[1]?.resolve('fine');
    await settled();
    expect(next.value).toBe('fine');
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'closed', probes: 0 });
  });
});
