import { halfOpen } from '../../../../../lib/core/circuit-breaker/states/half-open.js';
import { sample, TestPermit } from '../../../../support/circuit.js';
import { circuitContext } from '../../../../support/circuit-context.js';

describe('the half-open state', () => {
  it.each([1, 2, 5])('lets %i probes through at a time, each with a lease', (halfOpenMaxCalls) => {
    const { circuit, clock } = circuitContext({ halfOpenMaxCalls, halfOpenTimeout: '10s' });
    clock.time = 100;
    const permits = Array.from({ length: 10 }, () => new TestPermit());
    const admitted = permits.filter((permit) => halfOpen.admit(circuit, permit));
    expect(admitted).toHaveLength(halfOpenMaxCalls);
    for (const permit of admitted) {
      expect(permit).toMatchObject({ generation: 7, lease: { expiresAt: 10_100 } });
    }
    expect(permits.at(-1)).toMatchObject({ generation: -1, lease: null });
  });

  it('lets the next caller through when a lease has run out', () => {
    const { circuit, clock } = circuitContext({ halfOpenTimeout: '10s' });
    expect(halfOpen.admit(circuit, new TestPermit())).toBe(true);
    clock.time = 9999;
    expect(halfOpen.admit(circuit, new TestPermit())).toBe(false);
    clock.time = 10_000;
    expect(halfOpen.admit(circuit, new TestPermit())).toBe(true);
  });

  it.each([
    ['a success', sample('success'), 'probeSucceeded'],
    ['a failure', sample('failure'), 'probeFailed'],
    ['a slow success', sample('success', { slow: true }), 'probeFailed'],
    ['a further failure of one call', sample('failure', { repeated: true }), 'probeFailed'],
  ])('takes %s in', (_, taken, expected) => {
    const { circuit, log } = circuitContext();
    const permit = new TestPermit();
    halfOpen.record(circuit, permit, taken);
    expect(log).toEqual([[expected, permit, taken]]);
  });

  it('tells the rest of the shortest lease, one second at most', () => {
    const { circuit } = circuitContext({ halfOpenMaxCalls: 2, halfOpenTimeout: '10s' });
    halfOpen.admit(circuit, new TestPermit());
    halfOpen.admit(circuit, new TestPermit());
    expect([0, 9000, 9001, 9999].map((now) => halfOpen.retryAfter(circuit, now))).toEqual([
      1000, 1000, 999, 1,
    ]);
  });
});
