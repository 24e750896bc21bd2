import {
  CircuitOpenError,
  type CircuitOpenErrorData,
} from '../../../../lib/core/errors/circuit-open-error.js';

const data = { policy: 'p', operation: 'A.b', breaker: 'A', state: 'open' } as const;

describe('CircuitOpenError', () => {
  it.each([
    [0, '0'],
    [0.5, '1'],
    [1000, '1'],
    [1001, '2'],
    [60_000, '60'],
  ])('with a retryAfter of %d ms sends retry-after %s, whole seconds rounded up', (retryAfter, header) => {
    expect(new CircuitOpenError({ ...data, retryAfter }).headers).toEqual({ 'retry-after': header });
  });

  it.each([undefined, Infinity, NaN, -1])(
    'with a retryAfter of %p knows none and sends no header',
    (retryAfter) => {
      const error = new CircuitOpenError({ ...data, retryAfter });

      expect(error).not.toHaveProperty('retryAfter');
      expect(error.headers).toEqual({});
      expect(error.message).not.toContain('try again');
    },
  );

  it.each([
    ['halfOpen', 'Circuit A is half-open and all its probes are in flight: A.b was not invoked (policy=p)'],
    ['forcedOpen', 'Circuit A is forced open: A.b was not invoked (policy=p)'],
  ] as const)('when %s says so', (state, message) => {
    expect(new CircuitOpenError({ ...data, state }).message).toBe(message);
  });

  it.each<[string, Partial<CircuitOpenErrorData>, string]>([
    ['policy', { policy: 'q' }, 'Circuit A is open: A.b was not invoked, try again in 30 s (policy=q)'],
    [
      'operation',
      { operation: 'A.c' },
      'Circuit A is open: A.c was not invoked, try again in 30 s (policy=p)',
    ],
    ['breaker', { breaker: 'B' }, 'Circuit B is open: A.b was not invoked, try again in 30 s (policy=p)'],
    [
      'state',
      { state: 'forcedOpen' },
      'Circuit A is forced open: A.b was not invoked, try again in 30 s (policy=p)',
    ],
    ['pause', { retryAfter: 999 }, 'Circuit A is open: A.b was not invoked, try again in 999 ms (policy=p)'],
  ])('tells its own %s, whatever the error before it told', (_, changed, message) => {
    const before = { ...data, retryAfter: 30_000 };
    for (const error of [new CircuitOpenError(before), new CircuitOpenError(before)])
      expect(error.message).toBe('Circuit A is open: A.b was not invoked, try again in 30 s (policy=p)');

    expect(new CircuitOpenError({ ...before, ...changed }).message).toBe(message);
  });

  it('escapes hostile names in the message and keeps them as they are in its data', () => {
    const operation = 'A.b\n2026-01-01 ERROR forged\u2028';
    const error = new CircuitOpenError({
      policy: '\u001b[2J',
      operation,
      breaker: 'x'.repeat(1e6),
      state: 'open',
    });

    expect(error.message.split(/[\n\u2028]/)).toHaveLength(1);
    expect(error.message).toContain('A.b\\n2026-01-01 ERROR forged\\u2028');
    expect(error.message.length).toBeLessThan(300);
    expect(error.operation).toBe(operation);
  });
});
