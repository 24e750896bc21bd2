import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { queued, testBulkhead } from '../../../support/bulkhead.js';

const aborted = { kind: 'aborted', error: new Error('left') } as const;

describe('Bulkhead', () => {
  it('lets as many in as it has permits', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 3 });
    enter(3);
    expect(bulkhead.tryEnter()).toBe(false);
    expect(bulkhead).toMatchObject({ inFlight: 3, queued: 0, limit: 3 });
    bulkhead.leave();
    enter();
    expect(bulkhead.tryEnter()).toBe(false);
  });

  it('has no queue unless it is told to', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1 });
    enter();
    expect(bulkhead.queue()).toBeNull();
  });

  it('takes as many into the queue as it has places', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 2 });
    enter();
    queued(bulkhead);
    queued(bulkhead);
    expect(bulkhead.queue()).toBeNull();
    expect(bulkhead.queued).toBe(2);
  });

  it('hands a permit on in the same tick, to whoever has waited longest', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 3 });
    enter();
    const waits = [queued(bulkhead), queued(bulkhead), queued(bulkhead)];
    const admitted = () => waits.map(({ isAdmitted }) => isAdmitted);
    bulkhead.leave();
    expect(admitted()).toEqual([true, false, false]);
    bulkhead.leave();
    expect(admitted()).toEqual([true, true, false]);
    expect(bulkhead).toMatchObject({ inFlight: 1, queued: 1 });
  });

  it('lets no newcomer overtake', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 1 });
    enter();
    const wait = queued(bulkhead);
    bulkhead.leave();
    expect(bulkhead.tryEnter()).toBe(false);
    expect(wait.isAdmitted).toBe(true);
  });

  it('admits at once whoever queues although a permit is free', async () => {
    const { bulkhead, clock } = testBulkhead({ maxConcurrent: 1, maxQueue: 1, queueTimeout: '1s' });
    const wait = queued(bulkhead);
    await wait.over;
    expect(wait.isAdmitted).toBe(true);
    expect(bulkhead).toMatchObject({ inFlight: 1, queued: 0 });
    expect(clock.pending).toBe(0);
  });

  describe('a wait', () => {
    it('ends when it is admitted, and not before', async () => {
      const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 1 });
      enter();
      let isOver = false;
      void queued(bulkhead).over.then(() => (isOver = true));
      await nextTurn();
      expect(isOver).toBe(false);
      bulkhead.leave();
      await nextTurn();
      expect(isOver).toBe(true);
    });

    it('ends after the queue timeout, and its place is free', async () => {
      const { bulkhead, clock, enter } = testBulkhead({
        maxConcurrent: 1,
        maxQueue: 1,
        queueTimeout: '1s',
      });
      enter();
      const wait = queued(bulkhead);
      clock.moveTo(999);
      expect(wait.timedOut).toBe(false);
      clock.moveTo(1_000);
      await wait.over;
      expect(wait).toMatchObject({ timedOut: true, isAdmitted: false });
      expect(bulkhead.queued).toBe(0);
      bulkhead.leave();
      expect(bulkhead.inFlight).toBe(0);
    });

    it('needs a timer only with a queue timeout, and only while it lasts', () => {
      const { bulkhead, clock, enter } = testBulkhead({
        maxConcurrent: 1,
        maxQueue: 5,
        queueTimeout: '1s',
      });
      enter();
      expect(clock.pending).toBe(0);
      const leaver = queued(bulkhead);
      queued(bulkhead);
      expect(clock.pending).toBe(2);
      leaver.interrupt();
      bulkhead.leave();
      expect(clock.pending).toBe(0);

      const untimed = testBulkhead({ maxConcurrent: 1, maxQueue: 5 });
      untimed.enter();
      queued(untimed.bulkhead);
      expect(untimed.clock.pending).toBe(0);
    });

    it('leaves the queue at once when it is interrupted, and its place is free in the same tick', async () => {
      const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 2 });
      enter();
      const [first, second] = [queued(bulkhead), queued(bulkhead)];
      first.interrupt();
      expect(bulkhead.queued).toBe(1);
      const third = queued(bulkhead);
      await first.over;
      expect(first).toMatchObject({ isAdmitted: false, timedOut: false });
      bulkhead.leave();
      bulkhead.leave();
      expect([second.isAdmitted, third.isAdmitted]).toEqual([true, true]);
    });

    it('keeps its permit when the interruption comes after the admission, for its holder to give back', () => {
      const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 1 });
      enter();
      const wait = queued(bulkhead);
      bulkhead.leave();
      wait.interrupt();
      expect(wait.isAdmitted).toBe(true);
      expect(bulkhead.inFlight).toBe(1);
      bulkhead.leave();
      expect(bulkhead.inFlight).toBe(0);
    });

    it('takes part in what a call waits for', () => {
      const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: 1 });
      enter();
      const wait: { interrupt(interruption: typeof aborted): void } = queued(bulkhead);
      wait.interrupt(aborted);
      expect(bulkhead.queued).toBe(0);
    });
  });

  it('counts permits whose callers were answered, until they come back', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 2 });
    enter(2);
    bulkhead.abandon();
    expect(bulkhead).toMatchObject({ inFlight: 2, abandoned: 1 });
    bulkhead.leave();
    expect(bulkhead).toMatchObject({ inFlight: 1, abandoned: 1 });
    bulkhead.leave(true);
    expect(bulkhead).toMatchObject({ inFlight: 0, abandoned: 0 });
  });

  it('serves a hundred thousand in order, when every second one leaves the queue', () => {
    const { bulkhead, enter } = testBulkhead({ maxConcurrent: 1, maxQueue: Infinity });
    enter();
    const waits = Array.from({ length: 100_000 }, () => queued(bulkhead));
    waits.forEach((wait, index) => index % 2 === 0 && wait.interrupt());
    const served = waits.filter((_, index) => index % 2 === 1);
    let inOrder = 0;
    for (const wait of served) {
      bulkhead.leave();
      if (wait.isAdmitted && bulkhead.queued === served.length - inOrder - 1) inOrder++;
    }
    expect(inOrder).toBe(50_000);
    expect(bulkhead).toMatchObject({ inFlight: 1, queued: 0 });
  });

  describe('under other options', () => {
    it('serves those who wait when the limit grows', () => {
      const { bulkhead, enter, change } = testBulkhead({ maxConcurrent: 1, maxQueue: 3 });
      enter();
      const waits = [queued(bulkhead), queued(bulkhead), queued(bulkhead)];
      change({ maxConcurrent: 3, maxQueue: 3 });
      expect(waits.map(({ isAdmitted }) => isAdmitted)).toEqual([true, true, false]);
      expect(bulkhead).toMatchObject({ inFlight: 3, queued: 1, limit: 3 });
    });

    it('reaches a smaller limit as permits come back', () => {
      const { bulkhead, enter, change } = testBulkhead({ maxConcurrent: 3, maxQueue: 1 });
      enter(3);
      const wait = queued(bulkhead);
      change({ maxConcurrent: 1, maxQueue: 1 });
      bulkhead.leave();
      bulkhead.leave();
      expect(bulkhead).toMatchObject({ inFlight: 1, queued: 1, limit: 1 });
      expect(wait.isAdmitted).toBe(false);
      bulkhead.leave();
      expect(wait.isAdmitted).toBe(true);
    });

    it('keeps those who wait when the queue becomes shorter', () => {
      const { bulkhead, enter, change } = testBulkhead({ maxConcurrent: 1, maxQueue: 2 });
      enter();
      const waits = [queued(bulkhead), queued(bulkhead)];
      change({ maxConcurrent: 1, maxQueue: 1 });
      expect(bulkhead.queue()).toBeNull();
      bulkhead.leave();
      bulkhead.leave();
      expect(waits.map(({ isAdmitted }) => isAdmitted)).toEqual([true, true]);
    });
  });
});
