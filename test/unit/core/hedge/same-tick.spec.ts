import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { heldOperation, settled, type HeldRun } from '../../../support/held-operation.js';
import { virtualPolicy, watched } from '../../../support/virtual-policy.js';

const down = new Error('down');
const reason = new Error('the caller left');

/** A call whose primary and hedge are both under way, in a bulkhead that they fill. */
async function twoUnderWay(options: NamedPolicyOptions = {}) {
  const discarded: unknown[] = [];
  const { policy, clock } = virtualPolicy({
    idempotent: true,
    hedge: { delay: 100 },
    bulkhead: 2,
    timeout: { attempt: '1m' },
    discard: (value) => void discarded.push(value),
    ...options,
  });
  const { runs, operation } = heldOperation();
  const controller = new AbortController();
  const call = watched(policy.execute(operation, { signal: controller.signal }));
  await clock.advance(100);
  const [primary, hedge] = runs as [HeldRun, HeldRun];
  /** Whether both slots can be taken again. */
  const slotsAreBack = async (): Promise<boolean> => {
    const calls = [1, 2].map(() => watched(policy.execute(operation, { idempotent: false })));
    await settled();
    return calls.every((one) => !one.settled);
  };
  return { policy, clock, call, primary, hedge, controller, discarded, slotsAreBack };
}

describe('invocations of one attempt that settle in the same tick', () => {
  it.each<[string, (first: HeldRun, second: HeldRun) => void, object]>([
    ['two results', (a, b) => (a.resolve('a'), b.resolve('b')), { value: 'a' }],
    ['a result and an error', (a, b) => (a.resolve('a'), b.reject(down)), { value: 'a' }],
    ['an error and a result', (a, b) => (a.reject(down), b.resolve('b')), { value: 'b' }],
    ['two errors', (a, b) => (a.reject(new Error('first')), b.reject(down)), { error: down }],
  ])('%s: give back all slots and timers', async (_, settle, end) => {
    const { clock, call, primary, hedge, slotsAreBack } = await twoUnderWay();
    settle(primary, hedge);
    await settled();

    expect(call).toMatchObject(end);
    expect(clock.pending).toBe(0);
    expect(await slotsAreBack()).toBe(true);
  });

  it('release the result that nobody gets', async () => {
    const { primary, hedge, discarded } = await twoUnderWay();
    primary.resolve('a');
    hedge.resolve('b');
    await settled();

    expect(discarded).toEqual(['b']);
  });
});

describe("a result that comes in the tick of the caller's abort", () => {
  it('is released, not lost, when it comes after the abort', async () => {
    const { call, primary, hedge, controller, discarded, slotsAreBack } = await twoUnderWay();
    controller.abort(reason);
    primary.resolve('late');
    await settled();

    expect(call.error).toBe(reason);
    expect(discarded).toEqual(['late']);
    hedge.reject(down);
    await settled();
    expect(await slotsAreBack()).toBe(true);
  });

  it.each([0, 1, 2, 3, 4, 5])('is either returned or released, %d microtasks before it', async (turns) => {
    const { call, primary, controller, discarded, clock } = await twoUnderWay();
    primary.resolve('in time?');
    for (let i = 0; i < turns; i++) await Promise.resolve();
    controller.abort(reason);
    await settled();

    const got = call.error === reason ? discarded : [call.value];
    expect(got).toEqual(['in time?']);
    expect(clock.pending).toBe(0);
  });
});

describe('a hedge of an attempt that began before the circuit opened', () => {
  const begun = (per: 'attempt' | 'call') => {
    const { policy, clock } = virtualPolicy({
      idempotent: true,
      hedge: { delay: 2000, budget: { ratio: 1 } },
      circuitBreaker: { per, resetTimeout: '1s', halfOpenMaxCalls: 1 },
    });
    const { runs, operation } = heldOperation();
    void policy.execute(operation);
    return { policy, clock, runs };
  };

  it.each(['attempt', 'call'] as const)(
    'is not made while it is open or half-open (per: %s)',
    async (per) => {
      for (const beforeHedge of ['500ms', '1500ms']) {
        const { policy, clock, runs } = begun(per);
        await clock.advance(beforeHedge);
        policy.breaker()?.open();
        await clock.advance('1m');

        expect(runs).toHaveLength(1);
      }
    },
  );

  it('is made once the circuit has closed again', async () => {
    const { policy, clock, runs } = begun('attempt');
    policy.breaker()?.open();
    policy.breaker()?.close();
    await clock.advance('1m');

    expect(runs).toHaveLength(2);
  });

  it('is made while the circuit only observes', async () => {
    const { policy, clock, runs } = begun('attempt');
    policy.breaker()?.observeOnly();
    policy.breaker()?.open();
    policy.breaker()?.observeOnly();
    await clock.advance('1m');

    expect(runs).toHaveLength(2);
  });
});
