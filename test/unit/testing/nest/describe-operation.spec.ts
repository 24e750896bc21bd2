import 'reflect-metadata';
import { Fallback } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { CircuitBreaker, TimeLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { describeOperation } from '../../../../lib/testing/nest/describe-operation.js';
import { issuesOf } from '../../../support/issues-of.js';

class Payments {
  @Retryable('network', { maxAttempts: 4 })
  async charge(): Promise<void> {}

  @Retryable({ operation: 'payments.refund' })
  @TimeLimit('2s')
  async refund(): Promise<void> {}

  @CircuitBreaker({ failureThreshold: 2 })
  @Fallback('nothing')
  async list(): Promise<void> {}

  @Resilient('payments')
  async capture(): Promise<void> {}

  nothing(): void {}
}

describe('describeOperation', () => {
  it('tells what preset and decorators make of a method, defaults included, as they were written', () => {
    expect(describeOperation(Payments, 'charge')).toEqual({
      operation: 'Payments.charge',
      policy: 'network',
      enabled: true,
      retry: {
        maxAttempts: 4,
        backoff: {
          type: 'exponential',
          initialDelay: '2s',
          factor: 2,
          increment: '2s',
          minDelay: 0,
          maxDelay: '60s',
          jitter: 'full',
        },
        retryOn: ['network', 'timeout', 'rateLimit', 'server'],
        budget: { ratio: 0.2, minPerSecond: 3, window: '10s', shared: false, maxKeys: 10_000 },
        nested: 'stop',
        wrapExhausted: false,
      },
      timeout: { attempt: '20s', total: '120s' },
    });
  });

  it('names the operation and leaves out what is not there', () => {
    const described = describeOperation(Payments, 'refund');

    expect(described).toMatchObject({ operation: 'payments.refund', policy: 'default' });
    expect(described.timeout).toEqual({ total: '2s' });
    expect(described).not.toHaveProperty('circuitBreaker');
  });

  it('describes strategies without a policy', () => {
    const described = describeOperation(Payments, 'list');

    expect(described).toMatchObject({ policy: 'inline', circuitBreaker: { failureThreshold: 2 } });
    expect(described.fallback).toMatchObject({ handlers: [expect.any(Function)] });
    expect(described).not.toHaveProperty('retry');
  });

  it('takes policies, and what operations say', () => {
    const policies = { payments: { extends: 'network', timeout: { total: '9s' } } };
    const described = describeOperation(Payments, 'capture', {
      policies,
      operations: { 'Payments.capture': { timeout: { attempt: '1s' } } },
    });

    expect(described.timeout).toEqual({ total: '9s', attempt: '1s' });
    expect(described.retry).toMatchObject({ maxAttempts: 5 });
  });

  it('refuses what would stop a boot', () => {
    expect(issuesOf(() => describeOperation(Payments, 'capture'))).toEqual([
      expect.stringMatching(/^Payments\.capture: @Resilient names a policy that does not exist/),
    ]);
    expect(
      issuesOf(() => describeOperation(Payments, 'charge', { policies: { network: { timeout: 0 } } })),
    ).toEqual([expect.stringMatching(/^policies\.network\.timeout: /)]);
  });

  it('refuses a method that no decorator protects, and tells the nearest that is', () => {
    expect(() => describeOperation(Payments, 'nothing')).toThrow(
      /^Payments has no protected method 'nothing', known here: /,
    );
    // A name that only JavaScript lets through.
    expect(() => describeOperation(Payments, 'chrage' as 'charge')).toThrow(
      "Payments has no protected method 'chrage', did you mean 'charge'?",
    );
  });
});
