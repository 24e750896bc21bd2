import { callReport } from '../../../../lib/core/call-report.js';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import type { RetryOptions } from '../../../../lib/core/retry/retry-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { noBackoff, rejection, virtualPolicy } from '../../../support/virtual-policy.js';

class PaymentError extends Error {}

const withStatus = (status: number): Error => Object.assign(new Error(`status ${status}`), { status });
const withCode = (code: string): Error => Object.assign(new Error(code), { code });

/** How often the operation is called that always fails with this error. */
async function callsFor(error: unknown, retry: RetryOptions, rest: PolicyOptions = {}): Promise<number> {
  const { policy } = virtualPolicy({ ...rest, retry: { backoff: noBackoff, ...retry } });
  const operation = scripted([scripted.throws(error)]);
  await rejection(policy.execute(operation));
  return operation.calls;
}

describe('retryOn and abortOn', () => {
  it.each<[string, unknown, RetryOptions, number]>([
    ['all but permanent errors by default: unknown', new Error('?'), {}, 3],
    ['all but permanent errors by default: network', withCode('ECONNRESET'), {}, 3],
    ['all but permanent errors by default: 500', withStatus(500), {}, 3],
    ['all but permanent errors by default: 429', withStatus(429), {}, 3],
    ['nothing permanent by default: 404', withStatus(404), {}, 1],
    ['nothing permanent by default: 400', withStatus(400), {}, 1],
    ['nothing permanent by default: 409', withStatus(409), {}, 1],
    ['no mistakes in the code', new TypeError('x is not a function'), {}, 1],
    ['what retryOn names alone', withStatus(500), { retryOn: ['network'] }, 1],
    ['a category in retryOn', withCode('ECONNRESET'), { retryOn: ['network'] }, 3],
    ['a permanent status in retryOn', withStatus(404), { retryOn: [404] }, 3],
    [
      'a status behind the error that retryOn names',
      new Error('w', { cause: withStatus(404) }),
      { retryOn: [404] },
      3,
    ],
    ['a code in retryOn', withCode('E42'), { retryOn: ['E42'] }, 3],
    ['a class in retryOn', new PaymentError('no'), { retryOn: [PaymentError] }, 3],
    ['a predicate in retryOn', withStatus(404), { retryOn: [(e) => e.status === 404] }, 3],
    ["'default' beside a name: the default", withStatus(500), { retryOn: ['default', 404] }, 3],
    ["'default' beside a name: the name", withStatus(404), { retryOn: ['default', 404] }, 3],
    ["'default' beside a name: nothing else", withStatus(400), { retryOn: ['default', 404] }, 1],
    ['nothing of an empty list', withStatus(500), { retryOn: [] }, 1],
    ['nothing that abortOn names', withStatus(503), { abortOn: [503] }, 1],
    ['what abortOn does not name', withStatus(502), { abortOn: [503] }, 3],
    ['nothing that both name', withStatus(503), { retryOn: [503], abortOn: [503] }, 1],
    ['no PermanentError, even if retryOn names all', new PermanentError('no'), { retryOn: [() => true] }, 1],
    ['a RetryableError with a permanent cause', new RetryableError('r', { cause: withStatus(404) }), {}, 3],
    ['a RetryableError that retryOn does not name', new RetryableError('r'), { retryOn: ['network'] }, 3],
    ['no RetryableError that abortOn names', new RetryableError('r'), { abortOn: [RetryableError] }, 1],
    ['a thrown string', 'down', {}, 3],
    ['a thrown undefined', undefined, {}, 3],
  ])('retries %s', async (_, error, retry, calls) => {
    expect(await callsFor(error, retry)).toBe(calls);
  });

  it('retries a rejection of the circuit only where retryOn names it', async () => {
    const refused = async (retry: RetryOptions): Promise<number | undefined> => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff, ...retry }, circuitBreaker: {} });
      policy.breaker()?.forceOpen();
      const error = await rejection(policy.execute(scripted(['unused']), { idempotent: false }));
      return callReport(error)?.attempts;
    };

    expect(await refused({})).toBe(1);
    expect(await refused({ retryOn: ['default'] })).toBe(1);
    expect(await refused({ retryOn: ['rejected'] })).toBe(3);
    expect(await refused({ retryOn: ['CIRCUIT_OPEN'] })).toBe(3);
    expect(await refused({ retryOn: [CircuitOpenError] })).toBe(3);
  });

  it('takes no status for the name of a rejection, for it is the status that dependencies answer with', async () => {
    const { policy, clock } = virtualPolicy({
      retry: { backoff: noBackoff, retryOn: [503] },
      circuitBreaker: { failureThreshold: 1, resetTimeout: '10s' },
    });
    const charge = scripted([withStatus(503)]);
    const result = policy.tryExecute(charge);
    await clock.advance(0);

    expect((await result).report).toMatchObject({ reason: 'rejected', attempts: 2 });
    expect(charge.calls).toBe(1);
  });

  it.each<[string, RetryOptions]>([
    ['by default', {}],
    ["where retryOn names 'default'", { retryOn: ['default'] }],
    ["where retryOn names the classifier's category", { retryOn: ['server'] }],
  ])("goes by no classifier of the user's for a rejection %s", async (_, retry) => {
    const byStatus = ({ status }: { status?: number }) => (status === 503 ? ('server' as const) : undefined);
    const { policy } = virtualPolicy(
      { retry: { backoff: noBackoff, ...retry }, circuitBreaker: {} },
      { classifiers: [byStatus] },
    );
    policy.breaker()?.forceOpen();

    const { report } = await policy.tryExecute(scripted(['unused']));
    expect(report).toMatchObject({ reason: 'rejected', attempts: 1 });
  });

  it("tells 'rejected' for a refusal, 'permanent' for an error that is not retried", async () => {
    const { policy } = virtualPolicy({ retry: { retryOn: ['network'] }, circuitBreaker: {} });
    const error = withStatus(500);
    await rejection(policy.execute(scripted([error])));
    expect(callReport(error)?.reason).toBe('permanent');

    policy.breaker()?.forceOpen();
    expect(callReport(await rejection(policy.execute(scripted(['unused']))))?.reason).toBe('rejected');
  });
});

describe('idempotent: false', () => {
  it.each([
    ['ECONNREFUSED', 3],
    ['ENOTFOUND', 3],
    ['EAI_AGAIN', 3],
    ['ECONNRESET', 1],
    ['ETIMEDOUT', 1],
  ])('retries after %s: %i calls', async (code, calls) => {
    expect(await callsFor(withCode(code), {}, { idempotent: false })).toBe(calls);
  });

  it('sees the code behind the error of fetch', async () => {
    const error = new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') });

    expect(await callsFor(error, {}, { idempotent: false })).toBe(3);
  });

  it('retries nothing that retryOn names but that may have been sent', async () => {
    expect(await callsFor(withStatus(503), { retryOn: [503] }, { idempotent: false })).toBe(1);
  });

  it('retries no result, for a result proves that the operation was made', async () => {
    const { policy } = virtualPolicy({
      idempotent: false,
      retry: { backoff: noBackoff, retryResult: () => true },
    });
    const charge = scripted(['pending']);

    expect(await policy.tryExecute(charge)).toMatchObject({
      ok: true,
      value: 'pending',
      report: { reason: 'notIdempotent' },
    });
    expect(charge.calls).toBe(1);
  });

  it('is overruled by the call, either way', async () => {
    const { policy } = virtualPolicy({ idempotent: false, retry: { backoff: noBackoff } });
    const safe = scripted([withStatus(503)]);
    const unsafe = scripted([withStatus(503)]);
    await rejection(policy.execute(safe, { idempotent: true }));
    await rejection(policy.execute(unsafe));

    expect([safe.calls, unsafe.calls]).toEqual([3, 1]);
  });
});
