import 'reflect-metadata';
import { closeApps, startApp } from '../../../support/decorated-app.js';

const options = {
  policies: {
    stock: { retry: { maxAttempts: 3, backoff: { type: 'fixed', initialDelay: 100, jitter: 'none' } } },
    bank: { circuitBreaker: { failureThreshold: 1 } },
  },
  recentFailures: 5,
} as const;

const refused = Object.assign(new Error('connect postgres://app:hunter2@db/x'), { code: 'ECONNREFUSED' });
const fail = async () => Promise.reject(refused);

afterEach(closeApps);

describe('recentFailures()', () => {
  it('tells why a call failed, in plain data without secrets', async () => {
    const { service, clock } = await startApp({ options });
    const call = service.tryExecute('stock', fail);
    await clock.advance('1s');
    await call;
    const [failure, ...others] = service.recentFailures();
    expect(others).toEqual([]);
    expect(failure).toEqual({
      at: expect.any(Number),
      callId: expect.stringMatching(/^call-/),
      policy: 'stock',
      operation: 'stock',
      outcome: 'failure',
      reason: 'exhausted',
      category: 'network',
      attempts: 3,
      duration: 200,
      error: 'ECONNREFUSED: connect postgres://***@db/x',
      errors: Array.from({ length: 3 }, () => 'ECONNREFUSED: connect postgres://***@db/x'),
      delays: [100, 100],
      alike: 1,
    });
    expect(JSON.parse(JSON.stringify(failure))).toEqual(failure);
  });

  it('keeps one of those that fail alike in a second, and counts them', async () => {
    const { service, clock } = await startApp({ options });
    for (let call = 0; call < 1000; call++) await service.tryExecute('bank', fail);
    await clock.advance('1s');
    await service.tryExecute('bank', fail);
    expect(service.recentFailures().map(({ outcome, alike }) => [outcome, alike])).toEqual([
      ['failure', 1],
      ['rejected', 999],
      ['rejected', 1],
    ]);
  });

  it('keeps the newest, and of each what it was told of', async () => {
    const { service } = await startApp({ options });
    for (const operation of 'abcdefgh') await service.tryExecute('bank', fail, { operation });
    const kept = service.recentFailures();
    expect(kept.map(({ operation }) => operation)).toEqual(['d', 'e', 'f', 'g', 'h']);
  });

  it('tells of what is no error object', async () => {
    const { service } = await startApp({ options });
    await service.tryExecute('bank', async () => Promise.reject('gone'));
    expect(service.recentFailures()).toMatchObject([{ error: 'gone', errors: [], attempts: 1 }]);
  });

  it('keeps nothing unless it is asked to, and then no call is told of', async () => {
    const { service } = await startApp({ options: { policies: options.policies } });
    await service.tryExecute('bank', fail);
    expect(service.recentFailures()).toEqual([]);
  });
});
