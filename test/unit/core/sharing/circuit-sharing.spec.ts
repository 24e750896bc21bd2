import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { instanceAt, MeetingPlace } from '../../../support/fleet.js';

describe('circuits of a fleet', () => {
  let clock: VirtualClock;
  let place: MeetingPlace;
  const instance = (name: string, options?: Parameters<typeof instanceAt>[2]) =>
    instanceAt(place, name, options);

  beforeEach(() => {
    clock = new VirtualClock();
    place = new MeetingPlace(clock);
  });

  const opened = (name: string, more = {}) => {
    const breaker = { breaker: 'payments', type: 'opened', openForMs: 10_000, reopenings: 0 } as const;
    place.tell({ ...breaker, ageMs: 0, instance: name, ...more });
  };

  describe('when one instance opens', () => {
    it('the others stay closed, for it alone may be sick', async () => {
      const [sick, other] = [instance('a'), instance('b')];
      await sick.fail();

      expect([sick.state(), other.state()]).toEqual(['open', 'closed']);
    });

    it('the others open at once where the quorum is 1', async () => {
      const [sick, other] = [instance('a'), instance('b', { quorum: 1 })];
      await other.succeed();
      await sick.fail();

      expect(await other.succeed()).toBe('CIRCUIT_OPEN');
      expect(other.reasons).toEqual(['closed → open: shared']);
    });
  });

  describe('when a second instance opens within the reset timeout', () => {
    it('all open, as long as the one that is open longest', async () => {
      const [first, second, third] = [instance('a'), instance('b'), instance('c')];
      await first.fail();
      await clock.advance('4s');
      await second.fail();

      expect(third.state()).toBe('open');
      expect(third.policy.breaker()!.snapshot().openUntil).toBe(clock.epoch() + 10_000);
      // What was followed is not told again: two openings were.
      expect(place.told.map(({ type }) => type)).toEqual(['opened', 'opened']);
    });

    it('counts each instance once', () => {
      const here = instance('a');
      for (let i = 0; i < 5; i++) opened('b');

      expect(here.state()).toBe('closed');
    });

    it.each([
      ['9999 ms ago', 9_999, 'open'],
      ['10 s ago', 10_000, 'closed'],
    ])('counts one of %s as %s', (_, ageMs, state) => {
      const here = instance('a');
      opened('b', { ageMs, openForMs: 60_000 });
      opened('c');

      expect(here.state()).toBe(state);
    });
  });

  it('are followed by one that comes later', async () => {
    const here = instance('a');
    opened('b', { key: 'tenant' });
    opened('c', { key: 'tenant' });

    expect(await here.succeed('tenant')).toBe('CIRCUIT_OPEN');
    expect(await here.succeed('other')).toBe('ok');
  });

  it('do not open what a hand has set, nor what only observes', () => {
    const [forced, observing] = [instance('a'), instance('b')];
    forced.policy.breaker()!.disable();
    observing.policy.breaker()!.observeOnly();
    opened('x');
    opened('y');

    expect([forced.state(), observing.state()]).toEqual(['disabled', 'observing']);
    expect(place.told).toEqual([]);
  });

  it('close everywhere when one is reset by hand', async () => {
    const [first, second, third] = [instance('a'), instance('b'), instance('c')];
    await first.fail();
    await second.fail();
    expect(third.state()).toBe('open');
    third.policy.breaker()!.reset();

    expect([first, second, third].map((one) => one.state())).toEqual(['closed', 'closed', 'closed']);
    expect(first.reasons.at(-1)).toBe('open → closed: shared');
  });

  it('let go of everything when the policy is disposed of', async () => {
    const here = instance('a');
    await here.policy.dispose();
    opened('x');
    opened('y');

    expect(here.state()).toBe('closed');
  });

  describe('when the reset timeout is over', () => {
    const openAll = async (count: number) => {
      const fleet = Array.from({ length: count }, (_, index) => instance(`i${index}`));
      for (const one of fleet) await one.fail();
      await clock.advance('10s');
      return fleet;
    };
    const probes = (fleet: readonly ReturnType<typeof instance>[]) =>
      fleet.reduce((sum, { invoked }) => sum + invoked, 0);

    it('one probe of twenty instances closes them all', async () => {
      const fleet = await openAll(20);
      const before = probes(fleet);
      const first = await Promise.all(fleet.map((one) => one.succeed()));
      const second = await Promise.all(fleet.map((one) => one.succeed()));

      expect(first).toEqual(fleet.map(() => 'CIRCUIT_OPEN'));
      expect(second.filter((result) => result === 'ok').length).toBeGreaterThanOrEqual(1);
      expect(fleet.map((one) => one.state())).toEqual(fleet.map(() => 'closed'));
      expect(fleet.filter((one) => one.reasons.at(-1) === 'halfOpen → closed: probes')).toHaveLength(1);
      expect(probes(fleet) - before).toBe(second.filter((result) => result === 'ok').length);
    });

    it('one probe that fails keeps them all open, with growth', async () => {
      const fleet = await openAll(20);
      const before = probes(fleet);
      for (let turn = 0; turn < 5; turn++) await Promise.all(fleet.map((one) => one.fail()));

      expect(probes(fleet) - before).toBe(1);
      const resets = fleet.map((one) => one.policy.breaker()!.snapshot().openUntil! - clock.epoch());
      expect(resets).toEqual(fleet.map(() => 15_000));
    });

    it('the lease goes back when the probe has decided, and the next one is asked for anew', async () => {
      const [one] = await openAll(1);
      await one!.succeed();
      await one!.fail();
      expect(place.released).toEqual([1]);
      await clock.advance('15s');
      await one!.succeed();
      await one!.succeed();

      expect(one!.state()).toBe('closed');
      expect(place.released).toEqual([1, 2]);
    });

    it.each(['never', 'fails'] as const)(
      'the local decision holds where the answer is: %s',
      async (answer) => {
        const [one] = await openAll(1);
        place.answer = answer;
        expect(await one!.succeed()).toBe('CIRCUIT_OPEN');
        await clock.advance(49);
        if (answer === 'never') expect(await one!.succeed()).toBe('CIRCUIT_OPEN');
        await clock.advance(1);

        expect(await one!.succeed()).toBe('ok');
        expect(one!.state()).toBe('closed');
      },
    );

    it('whoever has to wait is told for how long, and asks ten times a second at most', async () => {
      const [one, other] = await openAll(2);
      await one!.succeed();
      const first = await other!.policy.tryExecute(() => 'never');
      expect((first as { error: { retryAfter: number } }).error).toMatchObject({
        code: 'CIRCUIT_OPEN',
        state: 'halfOpen',
        retryAfter: 50,
      });
      const before = place.asked.length;
      for (let i = 0; i < 100; i++) {
        await other!.succeed();
        await clock.advance(10);
      }
      expect(place.asked.length - before).toBeLessThanOrEqual(10);
    });

    it('a lease that has run out is asked for again', async () => {
      const fleet = [instance('a', { circuitBreaker: { halfOpenTimeout: '1s' } })];
      await fleet[0]!.fail();
      await clock.advance('10s');
      await fleet[0]!.succeed();
      await clock.advance('1s');

      expect(await fleet[0]!.succeed()).toBe('CIRCUIT_OPEN');
      expect(place.asked).toHaveLength(2);
    });
  });
});
