import { sample, TestPermit, testCircuit } from '../../../support/circuit.js';

describe('Circuit', () => {
  it('opens at the threshold, half-opens with the first caller after the reset timeout, and closes by a probe', () => {
    const { circuit, clock, record, isRefused, steps } = testCircuit({ failureThreshold: 2 });
    record('failure');
    expect(circuit.state).toBe('closed');
    record('failure');
    expect(circuit.state).toBe('open');
    expect(isRefused()).toBe(true);
    clock.time = 59_999;
    expect([circuit.state, isRefused()]).toEqual(['open', true]);
    clock.time = 60_000;
    expect(circuit.state).toBe('halfOpen');
    record('success');
    expect(circuit.state).toBe('closed');
    expect(steps()).toEqual([
      'closed → open: failureThreshold',
      'open → halfOpen: resetTimeout',
      'halfOpen → closed: probes',
    ]);
  });

  it('tells its owner of the call and the failure that opened it', () => {
    const { enter, circuit, transitions } = testCircuit({ failureThreshold: 1 });
    const permit = enter();
    circuit.leave(permit, sample('failure', { error: 'down' }));
    expect(transitions).toEqual([
      {
        key: undefined,
        from: 'closed',
        to: 'open',
        reason: 'failureThreshold',
        origin: permit,
        error: 'down',
      },
    ]);
  });

  it('starts a generation with every transition', () => {
    const { circuit, clock, record } = testCircuit({ failureThreshold: 1 });
    const generations = [circuit.generation];
    const next = (step: () => void): void => {
      step();
      generations.push(circuit.generation);
    };
    next(() => record('failure'));
    clock.time = 60_000;
    next(() => record('success')); // half-opens, then closes
    next(() => circuit.open());
    next(() => circuit.close());
    next(() => circuit.close());
    next(() => circuit.forceOpen());
    next(() => circuit.disable());
    next(() => circuit.observeOnly());
    next(() => circuit.reset());
    expect(generations).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  describe('growth of the reset timeout', () => {
    it('multiplies with each reopening from half-open, up to the maximum, until the circuit closes', () => {
      const { circuit, clock, record } = testCircuit({
        failureThreshold: 1,
        resetTimeout: '10s',
        resetTimeoutFactor: 2,
        maxResetTimeout: '35s',
      });
      const lengths: number[] = [];
      record('failure');
      for (let i = 0; i < 5; i++) {
        lengths.push(circuit.openUntil - clock.time);
        clock.time = circuit.openUntil - 1;
        expect(circuit.state).toBe('open');
        clock.time++;
        record('failure');
      }
      expect(lengths).toEqual([10_000, 20_000, 35_000, 35_000, 35_000]);
      clock.time = circuit.openUntil;
      record('success');
      record('failure');
      expect(circuit.openUntil - clock.time).toBe(10_000);
    });

    it('stays within the maximum after ten thousand reopenings', () => {
      const { circuit, clock, record } = testCircuit({ failureThreshold: 1 });
      record('failure');
      for (let i = 0; i < 10_000; i++) {
        clock.time = circuit.openUntil;
        record('failure');
      }
      expect(circuit.openUntil - clock.time).toBe(300_000);
    });

    it.each(['close', 'reset', 'forceOpen', 'disable', 'observeOnly'] as const)(
      'is reset by %s()',
      (hand) => {
        const { circuit, clock, record } = testCircuit({ failureThreshold: 1 });
        record('failure');
        clock.time = circuit.openUntil;
        record('failure');
        expect(circuit.resetTimeoutMs).toBe(90_000);
        circuit[hand]();
        expect(circuit.resetTimeoutMs).toBe(60_000);
      },
    );

    it('is kept by open()', () => {
      const { circuit, clock, record } = testCircuit({ failureThreshold: 1 });
      record('failure');
      clock.time = circuit.openUntil;
      record('failure');
      circuit.open();
      expect(circuit.openUntil - clock.time).toBe(90_000);
    });
  });

  it('never half-opens by itself where the reset timeout is Infinity', () => {
    const { circuit, clock, record, isRefused } = testCircuit({
      failureThreshold: 1,
      resetTimeout: Infinity,
    });
    record('failure');
    clock.time = Number.MAX_SAFE_INTEGER;
    expect([circuit.state, isRefused(), circuit.retryAfter()]).toEqual(['open', true, undefined]);
    circuit.close();
    expect(isRefused()).toBe(false);
  });

  describe('late results', () => {
    it('of a closed state change nothing while open, half-open, or closed again', () => {
      const { circuit, clock, enter, record, steps } = testCircuit({ failureThreshold: 1 });
      const early = Array.from({ length: 6 }, enter);
      const settle = (verdict: 'success' | 'failure'): void =>
        circuit.leave(early.pop() ?? new TestPermit(), sample(verdict));
      record('failure');
      settle('success');
      settle('failure');
      clock.time = 60_000;
      const probe = enter();
      settle('success');
      settle('failure');
      circuit.leave(probe, sample('success'));
      settle('success');
      settle('failure');
      expect(steps()).toEqual([
        'closed → open: failureThreshold',
        'open → halfOpen: resetTimeout',
        'halfOpen → closed: probes',
      ]);
      expect(circuit.figures()).toEqual({ failures: 0, successes: 0 });
    });

    it('of fifty attempts that fail together open once', () => {
      const { circuit, enter, transitions } = testCircuit();
      const attempts = Array.from({ length: 50 }, enter);
      for (const attempt of attempts) circuit.leave(attempt, sample('failure'));
      expect(transitions).toHaveLength(1);
      expect(circuit.openUntil).toBe(60_000);
    });
  });

  describe('when its owner changes it as soon as it hears', () => {
    it('refuses the probe where half-opening is answered by forceOpen()', () => {
      const { circuit, clock, owner, isRefused } = testCircuit();
      circuit.open();
      owner.changed = ({ to }) => {
        if (to === 'halfOpen') circuit.forceOpen();
      };
      clock.time = 60_000;
      expect(isRefused()).toBe(true);
      expect([circuit.state, circuit.refusingState]).toEqual(['forcedOpen', 'forcedOpen']);
    });

    it('lets the probe through as an ordinary call where half-opening is answered by close()', () => {
      const { circuit, clock, owner, enter } = testCircuit();
      circuit.open();
      owner.changed = ({ to }) => {
        if (to === 'halfOpen') circuit.close();
      };
      clock.time = 60_000;
      expect(enter()).toMatchObject({ lease: null, generation: circuit.generation });
      expect(circuit.state).toBe('closed');
    });

    it('stays closed where opening is answered by close()', () => {
      const { circuit, owner, record, isRefused } = testCircuit({ failureThreshold: 1 });
      owner.changed = ({ to }) => {
        if (to === 'open') circuit.close();
      };
      record('failure');
      expect([circuit.state, isRefused()]).toEqual(['closed', false]);
    });
  });

  describe('under other options', () => {
    it('keeps open-until, probes and counts; new timings count from the next transition', () => {
      const before = testCircuit({ failureThreshold: 2 });
      const { circuit, owner, clock, record, enter } = before;
      const { owner: after } = testCircuit({ failureThreshold: 1, resetTimeout: '5s' });
      circuit.open();
      owner.settings = after.settings;
      circuit.reconfigured();
      expect(circuit.openUntil).toBe(60_000);
      clock.time = 60_000;
      const probe = enter();
      expect(probe.lease).toEqual({ expiresAt: 90_000 });
      circuit.leave(probe, sample('success'));
      record('failure');
      expect(circuit.openUntil).toBe(65_000);
    });
  });

  it('is idle while it is closed, counts or not', () => {
    const { circuit, record } = testCircuit();
    expect(circuit.isIdle).toBe(true);
    record('failure');
    expect(circuit.isIdle).toBe(true);
    for (const hand of ['open', 'forceOpen', 'disable', 'observeOnly'] as const) {
      circuit[hand]();
      expect(circuit.isIdle).toBe(false);
    }
    circuit.close();
    expect(circuit.isIdle).toBe(true);
  });

  it('needs the clock for nothing while calls succeed', () => {
    const { clock, record } = testCircuit();
    const reads = jest.spyOn(clock, 'now');
    for (let i = 0; i < 10; i++) record('success');
    expect(reads).not.toHaveBeenCalled();
  });
});
