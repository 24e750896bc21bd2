import { open } from '../../../../../lib/core/circuit-breaker/states/open.js';
import { sample, TestPermit } from '../../../../support/circuit.js';
import { circuitContext } from '../../../../support/circuit-context.js';

describe('the open state', () => {
  it('refuses until the reset timeout is over', () => {
    const { circuit, clock, log } = circuitContext();
    clock.time = 59_999;
    expect(open.admit(circuit, new TestPermit())).toBe(false);
    expect(log).toEqual([]);
  });

  it('half-opens with the first caller at that instant and lets the new state decide', () => {
    const { circuit, clock, log } = circuitContext();
    const permit = new TestPermit();
    clock.time = 60_000;
    circuit.admit.mockReturnValueOnce(false);
    expect(open.admit(circuit, permit)).toBe(false);
    expect(open.admit(circuit, permit)).toBe(true);
    expect(log).toEqual([
      ['halfOpen', permit],
      ['halfOpen', permit],
    ]);
  });

  it('tells the exact rest of the reset timeout', () => {
    const { circuit } = circuitContext();
    expect([0, 1, 59_999, 60_000, 70_000].map((now) => open.retryAfter(circuit, now))).toEqual([
      60_000, 59_999, 1, 0, 0,
    ]);
  });

  it('tells no time where only a hand closes it', () => {
    const { circuit } = circuitContext();
    circuit.openUntil = Infinity;
    expect(open.retryAfter(circuit, 0)).toBeUndefined();
  });

  it('takes in no sample', () => {
    const { circuit, log } = circuitContext();
    open.record(circuit, new TestPermit(), sample('failure'));
    expect([log, circuit.count.mock.calls]).toEqual([[], []]);
  });
});
