import { sample, testCircuit } from '../../../support/circuit.js';

describe('Circuit, by hand', () => {
  it('opens for the reset timeout and half-opens after it', () => {
    const { circuit, clock, isRefused, steps } = testCircuit();
    circuit.open();
    expect([circuit.state, isRefused(), circuit.retryAfter()]).toEqual(['open', true, 60_000]);
    clock.time = 60_000;
    expect([circuit.state, isRefused()]).toEqual(['halfOpen', false]);
    expect(steps()).toEqual(['closed → open: manual', 'open → halfOpen: resetTimeout']);
  });

  it('opens anew when open: the reset timeout starts again, and nobody is told of a change', () => {
    const { circuit, clock, transitions } = testCircuit();
    circuit.open();
    clock.time = 10_000;
    circuit.open();
    expect([circuit.openUntil, transitions.length]).toEqual([70_000, 1]);
  });

  it('closes with a fresh window', () => {
    const { circuit, record } = testCircuit({ failureThreshold: 2 });
    record('failure');
    circuit.close();
    record('failure');
    expect(circuit.state).toBe('closed');
  });

  it('says nothing where the state stays', () => {
    const { circuit, transitions } = testCircuit();
    circuit.close();
    circuit.reset();
    expect(transitions).toEqual([]);
    circuit.forceOpen(1000);
    circuit.forceOpen(2000);
    expect(transitions).toHaveLength(1);
    expect(circuit.manualUntil).toBe(2000);
  });

  it('reset() forgets the last failure, close() does not', () => {
    const { circuit, record } = testCircuit();
    record('failure', { error: 'down' });
    circuit.close();
    expect(circuit.tally.lastFailure).toBe('down');
    circuit.reset();
    expect([circuit.tally.lastFailure, circuit.tally.lastFailureAt]).toEqual([undefined, NaN]);
  });

  it('forced open refuses everything, also after the reset timeout, until it is closed', () => {
    const { circuit, clock, isRefused } = testCircuit();
    circuit.forceOpen();
    clock.time = 1e9;
    expect([circuit.state, isRefused(), circuit.refusingState]).toEqual(['forcedOpen', true, 'forcedOpen']);
    circuit.close();
    expect([circuit.state, isRefused()]).toEqual(['closed', false]);
  });

  it('disabled records nothing and refuses nobody', () => {
    const { circuit, record } = testCircuit({ failureThreshold: 1 });
    circuit.disable();
    for (let i = 0; i < 10; i++) record('failure');
    expect([circuit.state, circuit.figures()]).toEqual(['disabled', { failures: 0, successes: 0 }]);
  });

  it.each([
    ['forceOpen', 'forcedOpen'],
    ['disable', 'disabled'],
    ['observeOnly', 'observing'],
  ] as const)('%s(ttl) ends in a closed circuit at its time to live', (hand, state) => {
    const { circuit, clock, isRefused, steps } = testCircuit();
    circuit[hand](5000);
    clock.time = 4999;
    circuit.settle();
    expect(circuit.state).toBe(state);
    clock.time = 5000;
    expect(isRefused()).toBe(false);
    expect(circuit.state).toBe('closed');
    expect(steps()).toEqual([`closed → ${state}: manual`, `${state} → closed: ttl`]);
    clock.time = 1e9;
    expect(circuit.state).toBe('closed');
  });

  it('takes a state whose time to live is over for closed, whatever follows', () => {
    const { circuit, clock, steps } = testCircuit();
    circuit.forceOpen(5000);
    clock.time = 5000;
    circuit.open();
    circuit.disable(5000);
    clock.time = 10_000;
    circuit.forceOpen();
    expect(steps()).toEqual([
      'closed → forcedOpen: manual',
      'forcedOpen → closed: ttl',
      'closed → open: manual',
      'open → disabled: manual',
      'disabled → closed: ttl',
      'closed → forcedOpen: manual',
    ]);
  });

  it('lets the result of an attempt from before count no more', () => {
    const { circuit, enter, record } = testCircuit({ failureThreshold: 2 });
    const [one, two] = [enter(), enter()];
    circuit.close();
    circuit.leave(one, sample('failure'));
    circuit.leave(two, sample('failure'));
    expect(circuit.figures()).toEqual({ failures: 0, successes: 0 });
    record('failure');
    expect(circuit.figures()).toEqual({ failures: 1, successes: 0 });
  });
});

describe('Circuit, when it only observes', () => {
  it('refuses nobody and tells what it would have done', () => {
    const { circuit, clock, enter, record, observed, steps } = testCircuit({ failureThreshold: 2 });
    circuit.observeOnly();
    record('failure');
    record('failure');
    expect(circuit.state).toBe('observing');
    const refused = enter();
    expect(observed).toEqual([refused]);
    expect(refused.generation).toBe(-1);
    clock.time = 60_000;
    const probe = enter();
    enter();
    expect(observed).toHaveLength(2);
    circuit.leave(refused, sample('failure'));
    circuit.leave(probe, sample('success'));
    expect(steps()).toEqual([
      'closed → observing: manual',
      'closed → open: observing',
      'open → halfOpen: observing',
      'halfOpen → closed: observing',
    ]);
    expect(circuit.state).toBe('observing');
  });

  it('counts nothing that comes in after its time to live', () => {
    const { circuit, clock, enter, steps } = testCircuit({ failureThreshold: 1 });
    circuit.observeOnly(5000);
    const late = enter();
    clock.time = 5000;
    circuit.leave(late, sample('failure'));
    expect(circuit.state).toBe('closed');
    expect(steps()).toEqual(['closed → observing: manual', 'observing → closed: ttl']);
  });

  it('ends with open(), for a hand has spoken', () => {
    const { circuit, isRefused, steps } = testCircuit();
    circuit.observeOnly();
    circuit.open();
    expect([circuit.state, isRefused()]).toEqual(['open', true]);
    expect(steps().at(-1)).toBe('observing → open: manual');
  });
});
