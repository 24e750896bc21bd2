import { scripted } from '../../../../lib/testing/scripted.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');
const policies = {
  payments: {
    retry: { maxAttempts: 3, backoff: noBackoff },
    circuitBreaker: { failureThreshold: 1, resetTimeout: '1m' },
  },
};
const start = () => startApp({ options: { policies } });

describe('overrides of a call', () => {
  it('win over the policy for that call alone', async () => {
    const { service } = await startApp({
      options: { policies: { payments: { retry: { backoff: noBackoff } } } },
    });
    const once = scripted([down]);
    const often = scripted([down]);
    await rejection(service.execute('payments', once, { overrides: { retry: { maxAttempts: 1 } } }));
    await rejection(service.execute('payments', often));

    expect([once.calls, often.calls]).toEqual([1, 3]);
  });

  it('may take the breaker away', async () => {
    const { service } = await start();
    await rejection(service.execute('payments', scripted([down])));
    const overrides = { circuitBreaker: false } as const;

    expect(await rejection(service.execute('payments', async () => 1))).toMatchObject({
      code: 'CIRCUIT_OPEN',
    });
    await expect(service.execute('payments', async () => 'done', { overrides })).resolves.toBe('done');
  });

  it('win over what operations say', async () => {
    const { service } = await startApp({
      options: { policies, operations: { 'Payments.charge': { retry: { maxAttempts: 1 } } } },
    });
    const charge = scripted([down]);
    const operation = 'Payments.charge';
    const overrides = { circuitBreaker: false, retry: { maxAttempts: 2 } } as const;
    await rejection(service.execute('payments', charge, { operation, overrides }));

    expect(charge.calls).toBe(2);
  });

  it('are compiled once for each object, and anew after a change of the policy', async () => {
    const { service } = await start();
    const read = jest.fn(() => ({ maxAttempts: 2 }));
    const overrides = {
      circuitBreaker: false as const,
      get retry() {
        return read();
      },
    };
    const once = (): Promise<unknown> => service.execute('payments', async () => 1, { overrides });
    await once();
    await once();
    expect(read).toHaveBeenCalledTimes(1);

    service.update('payments', { timeout: '5s' });
    await once();
    await once();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('reject with everything that is wrong with them', async () => {
    const { service } = await start();
    const overrides = { retry: { maxAttempts: 0 }, timeuot: 5 } as object;

    expect(await rejection(service.execute('payments', async () => 1, { overrides }))).toMatchObject({
      issues: [
        'overrides.retry.maxAttempts: expected an integer >= 1 (got 0)',
        "overrides.timeuot: unknown key, did you mean 'timeout'?",
      ],
    });
  });

  it.each([[5], ['retry'], [true], [Symbol('retry')], [() => ({})], [[]]])(
    'reject %p, which is no options',
    async (overrides) => {
      const { service } = await start();

      expect(
        await rejection(service.execute('payments', async () => 1, { overrides: overrides as never })),
      ).toMatchObject({ issues: [expect.stringMatching(/^overrides: expected an object \(got .+\)$/)] });
    },
  );

  it('that are null are not given', async () => {
    const { service } = await start();

    await expect(service.execute('payments', async () => 1, { overrides: null as never })).resolves.toBe(1);
  });

  it.each([
    ['on', { retry: () => undefined }],
    ['logging', false],
  ])('cannot hold %s, which belongs to policies and operations', async (option, value) => {
    const { service } = await start();
    const overrides = { [option]: value } as object;

    expect(await rejection(service.execute('payments', async () => 1, { overrides }))).toMatchObject({
      issues: [expect.stringMatching(new RegExp(`^overrides\\.${option}: `))],
    });
  });

  it('that define the breaker otherwise are refused, and leave the policy as it is, though they came first', async () => {
    const { service } = await start();
    const overrides = { circuitBreaker: { failureThreshold: 9 } };
    const call = (options = {}): Promise<unknown> => service.execute('payments', async () => 'done', options);

    expect(await rejection(call({ overrides }))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [
        'circuit breaker "payments" is defined twice with different options: by policy "payments" and by overrides 1 of ' +
          'policy "payments"; give one of them another `name`, or leave only `name` in one so that it joins the other',
      ],
    });
    await expect(call()).resolves.toBe('done');
  });

  it('that define a breaker otherwise than other overrides did are refused', async () => {
    const { service } = await startApp({ options: { policies: { payments: {} } } });
    const call = (failureThreshold: number): Promise<unknown> =>
      service.execute('payments', async () => 'done', {
        overrides: { circuitBreaker: { failureThreshold } },
      });

    await expect(call(1)).resolves.toBe('done');
    await expect(call(1)).resolves.toBe('done');
    expect(await rejection(call(2))).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
