import { sample, testCircuit } from '../../../support/circuit.js';

describe('Circuit, when half-open', () => {
  function halfOpened(options = {}) {
    const all = testCircuit({ failureThreshold: 1, ...options });
    all.record('failure');
    all.clock.time = 60_000;
    return all;
  }

  it('closes after successThreshold successes, one after another', () => {
    const { circuit, record } = halfOpened({ successThreshold: 3 });
    record('success');
    record('success');
    expect(circuit.state).toBe('halfOpen');
    record('success');
    expect(circuit.state).toBe('closed');
  });

  it('closes after successThreshold successes, at the same time', () => {
    const { circuit, enter, isRefused } = halfOpened({ successThreshold: 3, halfOpenMaxCalls: 3 });
    const probes = [enter(), enter(), enter()];
    expect(isRefused()).toBe(true);
    for (const probe of probes) circuit.leave(probe, sample('success'));
    expect(circuit.state).toBe('closed');
  });

  it('reopens on one failure, whatever succeeded before', () => {
    const { circuit, record, steps } = halfOpened({ successThreshold: 3 });
    record('success');
    record('success');
    record('failure');
    expect(circuit.state).toBe('open');
    expect(steps().at(-1)).toBe('halfOpen → open: probeFailed');
  });

  it('reopens on a slow probe, and keeps the last failure', () => {
    const { circuit, enter } = halfOpened();
    circuit.tally.lastFailure = 'the first';
    const probe = enter();
    circuit.leave(probe, sample('success', { slow: true }));
    expect(circuit.state).toBe('open');
    expect(circuit.tally.lastFailure).toBe('the first');
  });

  it('takes the permit of an ignored probe back and waits for another', () => {
    const { circuit, record } = halfOpened();
    for (let i = 0; i < 3; i++) record('ignored');
    expect([circuit.state, circuit.probesUnderWay]).toEqual(['halfOpen', 0]);
    record('success');
    expect(circuit.state).toBe('closed');
  });

  it('counts the result of a probe whose lease has run out, while the half-open state lasts', () => {
    const { circuit, clock, enter, isRefused } = halfOpened();
    const late = enter();
    clock.time += 30_000;
    const next = enter();
    expect(isRefused()).toBe(true);
    circuit.leave(late, sample('success'));
    expect(circuit.state).toBe('closed');
    circuit.leave(next, sample('failure'));
    expect(circuit.state).toBe('closed');
  });

  it('forgets a late probe of an earlier half-open state', () => {
    const { circuit, clock, enter, record } = halfOpened();
    const late = enter();
    clock.time += 30_000;
    record('failure');
    clock.time = circuit.openUntil;
    const probe = enter();
    circuit.leave(late, sample('success'));
    expect([circuit.state, circuit.probesUnderWay]).toEqual(['halfOpen', 1]);
    circuit.leave(late, sample('failure'));
    expect(circuit.state).toBe('halfOpen');
    circuit.leave(probe, sample('success'));
    expect(circuit.state).toBe('closed');
  });
});
