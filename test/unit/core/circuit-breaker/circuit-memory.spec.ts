import { recordOf, resumeFrom } from '../../../../lib/core/circuit-breaker/circuit-memory.js';
import type { CircuitBreakerOptions } from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import type { CircuitRecord } from '../../../../lib/core/ports/circuit-record.js';
import { isCircuitRecord } from '../../../../lib/core/ports/is-circuit-record.js';
import { testCircuit } from '../../../support/circuit.js';

const classify = () => 'network' as const;
const HOUR = 60 * 60_000;

/** A circuit in one process, and what becomes of it in another one, `awayMs` later. */
function twoProcesses(options: CircuitBreakerOptions = {}) {
  const first = testCircuit(options);
  const write = (): CircuitRecord | null => {
    const record = recordOf(first.circuit, { clock: first.clock, classify });
    if (record !== null) expect(isCircuitRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
    return record;
  };
  const restart = (awayMs: number, others: CircuitBreakerOptions = options, record = write()) => {
    const second = testCircuit(others);
    second.clock.epochOffset = first.clock.epoch() + awayMs;
    if (record !== null) resumeFrom(second.circuit, record, second.clock);
    return second;
  };
  return { ...first, write, restart };
}

const ratios: CircuitBreakerOptions = { failureRatio: 0.5, minimumCalls: 4, resetTimeout: '10s' };

describe('a circuit that is written down', () => {
  it('is nothing where it is as a new one: closed, with no failure and no sample', () => {
    const { record, write } = twoProcesses();
    expect(write()).toBeNull();
    record('failure');
    record('success');
    expect(write()).toBeNull();
  });

  it('holds nothing of the errors that it has counted but their category', () => {
    const { record, write, clock } = twoProcesses();
    clock.time = 7;
    record('failure', { error: new Error('password=hunter2') });
    expect(write()).toEqual({
      breaker: 'payments',
      state: 'closed',
      savedAt: 7,
      reopenings: 0,
      consecutiveFailures: 1,
      lastFailure: { at: 7, category: 'network' },
    });
  });
});

describe('a circuit that is put back', () => {
  it('stays open for what is left, then half-opens', () => {
    const { circuit, clock, restart } = twoProcesses({ resetTimeout: '60s' });
    circuit.open();
    clock.time = 10_000;
    const second = restart(20_000);
    expect(second.circuit.state).toBe('open');
    second.clock.time = 29_999;
    expect(second.circuit.state).toBe('open');
    second.clock.time = 30_000;
    expect(second.circuit.state).toBe('halfOpen');
    expect(second.steps()).toEqual([]);
  });

  it('is due for a probe where its time is over, however long ago', () => {
    const { circuit, restart } = twoProcesses({ resetTimeout: '60s' });
    circuit.open();
    for (const awayMs of [60_000, 72 * HOUR]) expect(restart(awayMs).circuit.state).toBe('halfOpen');
  });

  it('is due for a probe where it was half-open, and counts no probe of the other process', () => {
    const { circuit, clock, enter, restart } = twoProcesses({ resetTimeout: '60s', halfOpenMaxCalls: 1 });
    circuit.open();
    clock.time = 60_000;
    enter();
    const second = restart(1);
    expect(second.circuit.state).toBe('halfOpen');
    second.record('success');
    expect(second.steps()).toEqual(['open → halfOpen: resetTimeout', 'halfOpen → closed: probes']);
  });

  it('is open at most maxResetTimeout, whatever was written', () => {
    const { circuit, restart } = twoProcesses({ resetTimeout: '1h' });
    circuit.open();
    const second = restart(0, { resetTimeout: '1s', maxResetTimeout: '5s' });
    second.clock.time = 4999;
    expect(second.circuit.state).toBe('open');
    second.clock.time = 5000;
    expect(second.circuit.state).toBe('halfOpen');
  });

  it.each([-HOUR, -1])('is open no longer where the wall clock was set back by %i ms meanwhile', (jump) => {
    const { circuit, clock, restart } = twoProcesses({ resetTimeout: '60s' });
    circuit.open();
    clock.time = 50_000;
    const second = restart(jump);
    second.clock.time = 9999;
    expect(second.circuit.state).toBe('open');
    second.clock.time = 10_000;
    expect(second.circuit.state).toBe('halfOpen');
  });

  it('that only a hand can close stays so', () => {
    const { circuit, restart, write } = twoProcesses({ resetTimeout: Infinity });
    circuit.open();
    expect(write()).not.toHaveProperty('until');
    const second = restart(72 * HOUR);
    second.clock.time = 72 * HOUR;
    expect(second.circuit.state).toBe('open');
  });

  it('keeps its growth', () => {
    const { circuit, clock, record, restart } = twoProcesses({ resetTimeout: '10s', resetTimeoutFactor: 2 });
    circuit.open();
    clock.time = 10_000;
    record('failure');
    const second = restart(0);
    expect(second.circuit.resetTimeoutMs).toBe(20_000);
    second.clock.time = 20_000;
    second.record('failure');
    expect(second.circuit.resetTimeoutMs).toBe(40_000);
  });

  it.each([
    ['forceOpen', 'forcedOpen'],
    ['disable', 'disabled'],
    ['observeOnly', 'observing'],
  ] as const)(
    'after %s() is %s for its time to live, else for 24 hours after it was set',
    (action, state) => {
      const { circuit, clock, restart } = twoProcesses();
      circuit[action](1000);
      const short = restart(400);
      short.clock.time = 599;
      expect(short.circuit.state).toBe(state);
      short.clock.time = 600;
      short.circuit.settle();
      expect(short.circuit.state).toBe('closed');
      expect(restart(1000).circuit.state).toBe('closed');

      circuit[action]();
      clock.time = 23 * HOUR;
      const long = restart(HOUR - 1);
      expect(long.circuit.state).toBe(state);
      expect(restart(HOUR).circuit.state).toBe('closed');
    },
  );

  it('goes on counting where it was: consecutive failures', () => {
    const { record, restart } = twoProcesses({ failureThreshold: 3, resetTimeout: '10s' });
    record('failure');
    record('failure');
    const second = restart(9999);
    second.record('failure');
    expect(second.circuit.state).toBe('open');

    const late = restart(10_000);
    late.record('failure');
    expect(late.circuit.state).toBe('closed');
  });

  it('goes on counting where it was: the newest samples of a count window', () => {
    const { record, restart, write } = twoProcesses({ ...ratios, window: { type: 'count', size: 6 } });
    record('success');
    record('failure', { slow: true });
    record('success', { slow: true });
    expect(write()).toMatchObject({ window: { type: 'count', samples: '.Fs' } });
    const second = restart(5000);
    expect(second.circuit.figures()).toEqual({ failures: 1, successes: 2, failureRatio: 1 / 3 });
    second.record('failure');
    expect(second.steps()).toEqual(['closed → open: failureRatio']);
    expect(restart(5000, { ...ratios, window: { type: 'count', size: 2 } }).circuit.figures()).toMatchObject({
      failures: 1,
      successes: 1,
    });
    expect(restart(10_000).circuit.figures()).toMatchObject({ failures: 0, successes: 0 });
  });

  it('tells a failure that was fast from one that was slow', () => {
    const { record, write } = twoProcesses(ratios);
    record('failure');
    record('failure', { slow: true });
    expect(write()).toMatchObject({ window: { type: 'count', samples: 'fF' } });
  });

  it('goes on counting where it was: what a time window still holds', () => {
    const window = { type: 'time', duration: '60s', buckets: 6 } as const;
    const { clock, record, restart, write } = twoProcesses({ ...ratios, minimumCalls: 20, window });
    record('success');
    record('failure');
    clock.time = 30_000;
    record('failure');
    expect(write()).toMatchObject({
      window: {
        type: 'time',
        buckets: [
          { at: 0, recorded: 2, failed: 1, slow: 0 },
          { at: 30_000, recorded: 1, failed: 1, slow: 0 },
        ],
      },
    });
    expect(restart(29_999).circuit.figures()).toMatchObject({ failures: 2, successes: 1 });
    expect(restart(30_000).circuit.figures()).toMatchObject({ failures: 1, successes: 0 });
    expect(restart(60_000).circuit.figures()).toMatchObject({ failures: 0, successes: 0 });
    expect(restart(0, { ...ratios, window: { type: 'count' } }).circuit.tally.window).toBeNull();
  });

  it('shows the category of its last failure until it has one of its own', () => {
    const { clock, record, restart } = twoProcesses();
    clock.time = 1000;
    record('failure');
    clock.time = 3000;
    const { circuit, record: recordAgain } = restart(4000);
    expect(circuit.tally).toMatchObject({ lastFailureAt: -6000, lastCategory: 'network' });
    recordAgain('failure', { error: 'mine' });
    expect(circuit.tally).toMatchObject({ lastFailure: 'mine', lastCategory: undefined });
  });

  it('takes no result of an attempt that began before', () => {
    const { circuit, restart, write } = twoProcesses();
    circuit.open();
    const open = write() as CircuitRecord;
    const second = restart(0, {}, null);
    const attempt = second.enter();
    resumeFrom(second.circuit, open, second.clock);
    second.circuit.leave(attempt, { verdict: 'failure', slow: false, repeated: false, error: 1 });
    expect(second.circuit.tally.lastFailure).toBeUndefined();
  });
});
