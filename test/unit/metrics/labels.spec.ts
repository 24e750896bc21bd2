import { register } from 'prom-client';
import { labelOf, LabelValues, numberLabel } from '../../../lib/metrics/labels.js';
import { scripted } from '../../../lib/testing/scripted.js';
import { countedRuntime, scrape, sum } from '../../support/metrics.js';

afterEach(() => register.clear());

describe('labels', () => {
  it('of operations beyond the cap are `other`, and no call is lost', async () => {
    const { policy } = countedRuntime({ policies: { payments: {} } }, { maxLabelValues: 3 });
    for (let round = 0; round < 2; round++)
      for (let number = 0; number < 10; number++)
        await policy('payments').execute(() => 'fine', { operation: `operation ${number}` });
    const calls = await scrape('calls_total', { policy: 'payments', outcome: 'success' });
    expect(calls).toEqual({
      'operation=operation 0': 2,
      'operation=operation 1': 2,
      'operation=operation 2': 2,
      'operation=other': 14,
    });
  });

  it('of breakers beyond the cap are `other`, where their circuits add up', async () => {
    const { policy } = countedRuntime(
      { policies: { payments: { circuitBreaker: { failureThreshold: 1 } } } },
      { maxLabelValues: 2 },
    );
    for (let number = 0; number < 5; number++) {
      const call = policy('payments').execute(scripted([new Error('down')]), { operation: `op${number}` });
      await call.catch(() => undefined);
    }
    expect(await scrape('circuit_breaker_state', { state: 'open' })).toEqual({
      'breaker=op0': 1,
      'breaker=op1': 1,
      'breaker=other': 3,
    });
    expect(sum(await scrape('circuit_breaker_transitions_total'))).toBe(5);
  });

  it('of attempts are numbers up to 20, then `other`', async () => {
    const { policy } = countedRuntime({
      policies: { payments: { retry: { maxAttempts: 30, backoff: { type: 'fixed', initialDelay: 0 } } } },
    });
    await policy('payments')
      .execute(scripted([new Error('down')]))
      .catch(() => undefined);
    const attempts = await scrape('retry_attempts_total', {
      policy: 'payments',
      operation: 'payments',
      outcome: 'failure',
    });
    expect(attempts['attempt=20']).toBe(1);
    expect(attempts['attempt=other']).toBe(10);
    expect(Object.keys(attempts)).toHaveLength(21);
    expect([numberLabel(1), numberLabel(20), numberLabel(21)]).toEqual(['1', '20', 'other']);
  });

  it.each(['__proto__', 'constructor', 'a"b\\c\nd', '<b>&', 'x{y="z"} 1', 'é😀'])(
    'hold hostile names as ordinary ones: %j',
    async (operation) => {
      const { policy } = countedRuntime({ policies: { payments: { circuitBreaker: {} } } });
      await policy('payments').execute(() => 'fine', { operation });
      expect(await scrape('calls_total')).toEqual({
        [`policy=payments,operation=${operation.replace('\n', '\u{fffd}')},outcome=success`]: 1,
      });
      expect(await scrape('circuit_breaker_state', { state: 'closed' })).toEqual({
        [`breaker=${operation.replace('\n', '\u{fffd}')}`]: 1,
      });
    },
  );

  it('are cut at 128 characters', () => {
    expect(labelOf('x'.repeat(128))).toHaveLength(128);
    expect(labelOf('x'.repeat(1e6))).toBe(`${'x'.repeat(127)}…`);
    expect(labelOf(`${'x'.repeat(126)}😀😀`)).toBe(`${'x'.repeat(126)}\u{fffd}…`);
  });

  it('never hold messages, arguments, results or ids of calls', async () => {
    const { policy } = countedRuntime({
      policies: {
        payments: { circuitBreaker: {}, retry: { maxAttempts: 1 }, fallback: { value: 'secret-4' } },
      },
    });
    const charge = policy('payments').wrap(async (_card: string) => Promise.reject(new Error('secret-2')));
    await charge('secret-1');
    expect(await register.metrics()).not.toMatch(/secret|call-\d/);
  });
});

describe('LabelValues', () => {
  it('gives room again for what is forgotten', () => {
    const values = new LabelValues();
    expect(values.of('a', 1)).toBe('a');
    expect(values.of('b', 1)).toBe('other');
    expect(values.forget('b')).toBeUndefined();
    expect(values.forget('a')).toBe('a');
    expect(values.of('b', 1)).toBe('b');
  });
});
