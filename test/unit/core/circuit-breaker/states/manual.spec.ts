import { disabled, forcedOpen } from '../../../../../lib/core/circuit-breaker/states/manual.js';
import { sample, TestPermit } from '../../../../support/circuit.js';
import { circuitContext } from '../../../../support/circuit-context.js';

describe('the forced-open state', () => {
  it('refuses everything', () => {
    const { circuit, clock } = circuitContext();
    clock.time = 1e12;
    expect(forcedOpen.admit(circuit, new TestPermit())).toBe(false);
  });

  it('tells the rest of its time to live, and no time without one', () => {
    const { circuit } = circuitContext();
    expect(forcedOpen.retryAfter(circuit, 0)).toBeUndefined();
    circuit.manualUntil = 5000;
    expect([0, 4999, 5000, 5001].map((now) => forcedOpen.retryAfter(circuit, now))).toEqual([5000, 1, 0, 0]);
  });

  it('takes in no sample', () => {
    const { circuit, log } = circuitContext();
    forcedOpen.record(circuit, new TestPermit(), sample('failure'));
    expect([log, circuit.count.mock.calls]).toEqual([[], []]);
  });
});

describe('the disabled state', () => {
  it('lets everything through in no generation, so that nothing is recorded', () => {
    const { circuit, log } = circuitContext();
    const permit = new TestPermit();
    permit.generation = 7;
    expect(disabled.admit(circuit, permit)).toBe(true);
    expect(permit).toMatchObject({ generation: -1, lease: null });
    disabled.record(circuit, permit, sample('failure'));
    expect([log, circuit.count.mock.calls]).toEqual([[], []]);
  });

  it('refuses nobody, so it has no time to tell', () => {
    expect(disabled.retryAfter(circuitContext().circuit, 0)).toBeUndefined();
  });
});
