import type { Attempt } from '../../../../lib/core/attempt.js';
import { heldOperation, settled } from '../../../support/held-operation.js';
import { rejection, virtualEngine } from '../../../support/virtual-policy.js';

/** Adapters, which alone keep slots, call for somebody who may leave. */
const adapted = { signal: new AbortController().signal };
const full = { code: 'BULKHEAD_FULL' };

function start(releaseOn: 'settled' | 'answered' = 'settled', timeout?: string) {
  const { engine, clock, policyOf } = virtualEngine();
  const policy = policyOf('payments', {
    bulkhead: { name: 'pool', maxConcurrent: 1, releaseOn },
    ...(timeout === undefined ? {} : { timeout: timeout as '1s' }),
  });
  const bulkhead = () => engine.bulkheads.get('pool')?.of(undefined);
  return { policy, clock, gauge: () => [bulkhead()?.inFlight, bulkhead()?.abandoned] };
}

/** Runs an operation that keeps its slot; gives what ends that. */
async function keep({ policy }: ReturnType<typeof start>): Promise<() => void> {
  let release: (() => void) | undefined;
  await policy.execute((context) => {
    release = (context as Attempt).keepSlot();
  }, adapted);
  if (release === undefined) throw new TypeError('there is no slot to keep');
  return release;
}

describe('a slot that an attempt keeps', () => {
  it('is held beyond its answer, and is not abandoned', async () => {
    const world = start();
    const release = await keep(world);
    expect(world.gauge()).toEqual([1, 0]);
    expect(await rejection(world.policy.execute(() => 1))).toMatchObject(full);
    release();

    expect(world.gauge()).toEqual([0, 0]);
  });

  it('comes back once, however often it is released', async () => {
    const world = start();
    const release = await keep(world);
    release();
    await keep(world);
    release();

    expect(world.gauge()).toEqual([1, 0]);
  });

  it('may come back before the answer', async () => {
    const world = start();
    await world.policy.execute((context) => (context as Attempt).keepSlot()?.(), adapted);

    expect(world.gauge()).toEqual([0, 0]);
  });

  it('is held until operation and stream have both ended after a timeout, and is abandoned', async () => {
    const world = start('settled', '1s');
    const { runs, operation } = heldOperation();
    let release: (() => void) | undefined;
    const call = world.policy.execute((context) => {
      release = (context as Attempt).keepSlot();
      return operation();
    }, adapted);
    call.catch(() => undefined);
    await world.clock.advance('1s');
    expect(world.gauge()).toEqual([1, 1]);
    runs[0]?.resolve();
    await settled();
    expect(world.gauge()).toEqual([1, 1]);
    release?.();

    expect(world.gauge()).toEqual([0, 0]);
  });

  it('is held by several until the last one has ended', async () => {
    const world = start();
    const releases: ((() => void) | undefined)[] = [];
    await world.policy.execute((context) => {
      for (let i = 0; i < 2; i++) releases.push((context as Attempt).keepSlot());
    }, adapted);
    releases[0]?.();
    expect(world.gauge()).toEqual([1, 0]);
    releases[1]?.();

    expect(world.gauge()).toEqual([0, 0]);
  });

  it.each([
    ["of releaseOn: 'answered'", () => start('answered').policy],
    ['without a bulkhead', () => virtualEngine().policyOf('plain', {})],
  ])('does not exist in a policy %s', async (_, policy) => {
    let kept: unknown = 'not asked';
    await policy().execute((context) => {
      kept = (context as Attempt).keepSlot();
    }, adapted);

    expect(kept).toBeUndefined();
  });
});
