import { closed } from '../../../../../lib/core/circuit-breaker/states/closed.js';
import { sample, TestPermit } from '../../../../support/circuit.js';
import { circuitContext } from '../../../../support/circuit-context.js';

describe('the closed state', () => {
  it('lets everything through, in the present generation and without a lease', () => {
    const { circuit } = circuitContext();
    const permit = new TestPermit();
    expect(closed.admit(circuit, permit)).toBe(true);
    expect(permit).toMatchObject({ generation: 7, lease: null });
  });

  it('counts a sample and stays while no rule fires', () => {
    const { circuit, log } = circuitContext();
    closed.record(circuit, new TestPermit(), sample('failure'));
    expect(circuit.count).toHaveBeenCalledWith(sample('failure'));
    expect(log).toEqual([]);
  });

  it('opens for the reason of the rule that fires', () => {
    const { circuit, log } = circuitContext();
    const permit = new TestPermit();
    circuit.count.mockReturnValue('failureRatio');
    closed.record(circuit, permit, sample('failure', { error: 'down' }));
    expect(log).toEqual([['trip', 'failureRatio', permit, 'down']]);
  });

  it('refuses nobody, so it has no time to tell', () => {
    expect(closed.retryAfter(circuitContext().circuit, 0)).toBeUndefined();
  });
});
