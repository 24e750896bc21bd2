import { isResilienceError } from '../../../../lib/core/errors/is-resilience-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { RetryableError } from '../../../../lib/core/errors/retryable-error.js';
import { sampleList, samples } from './support.js';

type Errors = typeof import('../../../../lib/core/errors/shutdown-error.js');

function anotherCopy(): Errors {
  let copy: Errors | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual<Errors>('../../../../lib/core/errors/shutdown-error.js');
  });
  return copy as Errors;
}

describe('isResilienceError', () => {
  it.each(sampleList)('knows %s, and tells it from the other codes', (code, error) => {
    expect(isResilienceError(error)).toBe(true);
    expect(sampleList.filter(([other]) => isResilienceError(error, other)).map(([other]) => other)).toEqual([
      code,
    ]);
  });

  it('knows the errors of another copy of the package', () => {
    const { ShutdownError } = anotherCopy();
    const error: unknown = new ShutdownError();

    expect(error).not.toBeInstanceOf(samples.SHUTDOWN.constructor);
    expect(isResilienceError(error, 'SHUTDOWN')).toBe(true);
    expect(isResilienceError(error, 'TIMEOUT_EXCEEDED')).toBe(false);
  });

  it('knows frozen errors', () => {
    expect(isResilienceError(Object.freeze(new PermanentError()), 'PERMANENT')).toBe(true);
  });

  it('counts a subclass made by users under the code of its parent, whatever its own code says', () => {
    class CardDeclined extends PermanentError {
      override name = 'CardDeclined';
      override code = 'CARD_DECLINED' as never;
    }

    expect(isResilienceError(new CardDeclined(), 'PERMANENT')).toBe(true);
    expect(isResilienceError(new CardDeclined(), 'RETRYABLE')).toBe(false);
  });

  it('narrows to the class of the code', () => {
    const error: unknown = samples.CIRCUIT_OPEN;

    expect(isResilienceError(error, 'CIRCUIT_OPEN') && error.breaker.length).toBe(15);
  });

  it('narrows by a switch over the code', () => {
    const error: unknown = new RetryableError('later', { retryAfter: 5 });

    expect(isResilienceError(error) && error.code === 'RETRYABLE' && error.retryAfter).toBe(5);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'CIRCUIT_OPEN'],
    ['a symbol', Symbol('CIRCUIT_OPEN')],
    ['a function', () => samples.SHUTDOWN],
    ['another error', new Error('CIRCUIT_OPEN')],
    ['an object with the same code', { code: 'CIRCUIT_OPEN', name: 'CircuitOpenError' }],
    ['an object without prototype', Object.create(null)],
    ['a revoked proxy', revoked()],
    ['a proxy that throws on access', throwing()],
  ])('says no to %s, and never throws', (_, value) => {
    expect(isResilienceError(value)).toBe(false);
    expect(isResilienceError(value, 'CIRCUIT_OPEN')).toBe(false);
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(): unknown {
  return new Proxy(
    {},
    {
      get() {
        throw new Error('no access');
      },
    },
  );
}
