import { provesNothingSent } from '../../../../lib/core/classify/proves-nothing-sent.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import { samples } from '../errors/support.js';

const failing = (code: string, extra: object = {}) => Object.assign(new Error(code), { code, ...extra });

describe('provesNothingSent', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('says yes to %s, and to what it caused', (code) => {
    expect(provesNothingSent(failing(code))).toBe(true);
    expect(provesNothingSent(new TypeError('fetch failed', { cause: failing(code) }))).toBe(true);
    expect(provesNothingSent(failing('ERR_NETWORK', { isAxiosError: true, cause: failing(code) }))).toBe(
      true,
    );
    expect(provesNothingSent(new RetryableError('x', { cause: failing(code) }))).toBe(true);
    expect(provesNothingSent(new PermanentError('x', { cause: failing(code) }))).toBe(true);
  });

  it.each(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED'])('says no to %s', (code) => {
    expect(provesNothingSent(failing(code))).toBe(false);
  });

  it.each([
    ['nothing known', new Error('x')],
    ['a plain 503', { status: 503 }],
    ['what another service tells of its own dependencies', { code: 'ECONNREFUSED', syscall: 'connect' }],
    ['an answer, whatever else it says', { response: { status: 503 }, cause: failing('ECONNREFUSED') }],
    ['another system code in front', failing('ECONNRESET', { cause: failing('ECONNREFUSED') })],
  ])('says no to %s', (_, error) => {
    expect(provesNothingSent(error)).toBe(false);
  });

  it("looks behind Nest's HttpException, whose response is what it will answer itself", () => {
    const error = { getStatus: () => 503, response: { statusCode: 503 }, cause: failing('ECONNREFUSED') };

    expect(provesNothingSent(error)).toBe(true);
  });

  it.each(['TIMEOUT_EXCEEDED', 'CIRCUIT_OPEN', 'MAX_RETRIES_EXCEEDED', 'ALL_FALLBACKS_FAILED'] as const)(
    'says no to %s: its cause is that of another attempt or call',
    (code) => {
      const error = Object.create(samples[code], { cause: { value: failing('ECONNREFUSED') } }) as Error;

      expect(provesNothingSent(error)).toBe(false);
    },
  );

  it.each([
    ['all prove it', [failing('ECONNREFUSED'), failing('ENOTFOUND')], true],
    ['one does not', [failing('ECONNREFUSED'), failing('ECONNRESET')], false],
    [
      'one did not reach its address and another was refused',
      [failing('ENETUNREACH', { syscall: 'connect' }), failing('ECONNREFUSED')],
      true,
    ],
    ['none was refused', [failing('ETIMEDOUT', { syscall: 'connect' })], false],
    ['one is no error', [failing('ECONNREFUSED'), 'x'], false],
    ['there are none', [], false],
  ])('goes by the members of an AggregateError: where %s', (_, members, expected) => {
    expect(provesNothingSent(new AggregateError(members))).toBe(expected);
    expect(provesNothingSent(Object.assign(new AggregateError(members), { code: 'ECONNREFUSED' }))).toBe(
      members.length === 0 || expected,
    );
  });

  it('says no to a client that tries again by itself, whose last error does not speak for all tries', () => {
    const cause = failing('ECONNREFUSED');
    const attempts = (count: number) => failing('ECONNREFUSED', { $metadata: { attempts: count } });

    expect(provesNothingSent(Object.assign(new Error('x', { cause }), { name: 'MongoNetworkError' }))).toBe(
      false,
    );
    expect(provesNothingSent(attempts(1))).toBe(true);
    expect(provesNothingSent(attempts(2))).toBe(false);
  });

  it("looks behind TypeORM's and NATS' errors", () => {
    expect(provesNothingSent({ name: 'QueryFailedError', driverError: failing('ECONNREFUSED') })).toBe(true);
    expect(
      provesNothingSent(
        Object.assign(new Error('connection refused'), {
          name: 'NatsError',
          code: 'CONNECTION_REFUSED',
          chainedError: failing('ECONNREFUSED'),
        }),
      ),
    ).toBe(true);
  });

  it('ends where an aggregate contains itself', () => {
    const error = new AggregateError([failing('ECONNREFUSED')]);
    error.errors.push(error);

    expect(provesNothingSent(error)).toBe(false);
  });
});
