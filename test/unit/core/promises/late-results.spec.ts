import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { heldOperation, settled, type HeldRun } from '../../../support/held-operation.js';
import { eventsOf, virtualPolicy, watched } from '../../../support/virtual-policy.js';

const down = new Error('down');

const everything: NamedPolicyOptions = {
  idempotent: true,
  timeout: { total: '1s' },
  hedge: { delay: 100, budget: { ratio: 1 } },
  circuitBreaker: { failureRatio: 0.5, minimumCalls: 100, resetTimeout: '10s' },
  bulkhead: { maxConcurrent: 2, maxQueue: 5 },
  adaptiveThrottle: true,
};

/** A call that a limit, an abort or a hedge has ended while its operations still run. */
async function ended(how: 'timeout' | 'abort' | 'hedge') {
  const { policy, clock } = virtualPolicy(everything, { random: () => 0.999 });
  const { runs, operation } = heldOperation();
  const controller = new AbortController();
  const call = watched(policy.execute(operation, { signal: controller.signal }));
  await clock.advance(100);
  expect(runs).toHaveLength(2);
  if (how === 'timeout') await clock.advance(900);
  if (how === 'abort') controller.abort();
  if (how === 'hedge') runs[1]?.resolve('second');
  await settled();
  expect(call.settled).toBe(true);
  const late = how === 'hedge' ? runs.slice(0, 1) : runs;
  return { policy, clock, late };
}

const seenBy = (policy: Awaited<ReturnType<typeof ended>>['policy']) => ({
  breaker: policy.breaker()?.snapshot(),
  stats: policy.stats(),
});

describe.each(['timeout', 'abort', 'hedge'] as const)('a late result after %s', (how) => {
  it.each<[string, (run: HeldRun) => void]>([
    ['a success', (run) => run.resolve('late')],
    ['a failure', (run) => run.reject(down)],
  ])('that is %s touches nothing but the slot', async (_, settle) => {
    const { policy, late } = await ended(how);
    const before = seenBy(policy);
    const events = eventsOf(policy);
    late.forEach(settle);
    await settled();

    expect(seenBy(policy)).toEqual(before);
    expect(events).toEqual([]);
  });

  it('gives each slot back once: no more calls run at once than there are slots', async () => {
    const { policy, late } = await ended(how);
    const { runs, operation } = heldOperation();
    const calls = Array.from({ length: 4 }, () => watched(policy.execute(operation, { idempotent: false })));
    await settled();
    expect(runs).toHaveLength(2 - late.length);
    late.forEach((run) => run.reject(down));
    await settled();

    expect(runs).toHaveLength(2);
    expect(calls.every((call) => !call.settled)).toBe(true);
  });

  it('neither opens nor closes a circuit that has changed meanwhile', async () => {
    const { policy, clock, late } = await ended(how);
    policy.breaker()?.open();
    await clock.advance('10s');
    const before = policy.breaker()?.snapshot();
    late.forEach((run) => run.resolve('late'));
    await settled();

    expect(before).toMatchObject({ state: 'halfOpen', probes: 0 });
    expect(policy.breaker()?.snapshot()).toEqual(before);
  });
});
