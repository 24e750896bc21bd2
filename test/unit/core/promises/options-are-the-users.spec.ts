import { createPolicy, type NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { noBackoff } from '../../../support/virtual-policy.js';

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) deepFreeze(one);
    Object.freeze(value);
  }
  return value;
}

const options = (): NamedPolicyOptions => ({
  name: 'payments',
  timeout: { total: '1m' },
  retry: { maxAttempts: 2, backoff: { ...noBackoff }, retryOn: ['default', 404], budget: { ratio: 0.5 } },
  circuitBreaker: { failureThreshold: 1, ignore: [] },
  fallback: { handlers: [{ value: { cached: true } }], on: ['rejected'] },
});

describe("options are the user's", () => {
  it('and never written to: frozen ones are accepted', async () => {
    const given = deepFreeze(options());
    const policy = createPolicy(given, { clock: new VirtualClock() });
    await policy.tryExecute(scripted([new Error('down')]));

    expect(given).toEqual(options());
    expect(await policy.execute(scripted(['fine']))).toEqual({ cached: true });
  });

  it('so that two policies from one object share nothing', async () => {
    const given = options();
    const [first, second] = [createPolicy(given), createPolicy(given)];
    await first.tryExecute(scripted([new Error('down')]));

    expect(first.breaker()?.snapshot().state).toBe('open');
    expect(second.breaker()?.snapshot().state).toBe('closed');
    expect(second.stats().calls).toBe(0);
  });

  it('and changing them later changes no policy', async () => {
    const given = options();
    const retryOn = ['default', 404];
    const policy = createPolicy({ ...given, retry: { ...(given.retry as object), retryOn } });
    retryOn.length = 0;
    const charge = scripted([Object.assign(new Error('missing'), { status: 404 })]);
    await policy.tryExecute(charge);

    expect(charge.calls).toBe(2);
  });

  it('and the value of a fallback is handed out as it is', async () => {
    const value = { rates: [1, 2] };
    const policy = createPolicy({ fallback: { value } });

    expect(await policy.execute(scripted([new Error('down')]))).toBe(value);
  });
});
