import { classify } from '../../../../../lib/core/classify/classify.js';

const natsError = (code: string, chainedError?: Error) =>
  Object.assign(new Error(code), { name: 'NatsError', code, chainedError });

describe('a NatsError', () => {
  it.each([
    ['503', 'network'],
    ['NO_RESPONDERS', 'network'],
    ['CONNECTION_CLOSED', 'network'],
    ['CONNECTION_DRAINING', 'network'],
    ['CONNECTION_REFUSED', 'network'],
    ['DISCONNECT', 'network'],
    ['TIMEOUT', 'timeout'],
    ['CONNECTION_TIMEOUT', 'timeout'],
    ['AUTHORIZATION_VIOLATION', 'authentication'],
    ['AUTHENTICATION_EXPIRED', 'authentication'],
    ['PERMISSIONS_VIOLATION', 'authorization'],
    ['MAX_PAYLOAD_EXCEEDED', 'client'],
    ['BAD_SUBJECT', 'programming'],
    ['404', 'notFound'],
    ['408', 'timeout'],
    ['409', 'conflict'],
    ['100', 'unknown'],
    ['UNKNOWN_ERROR', 'unknown'],
  ])('with the code %s is %s, but only under that name', (code, category) => {
    expect(classify(natsError(code))).toBe(category);
    expect(classify({ code })).toBe('unknown');
  });

  it('whose code is no word is unknown, whatever number it is', () => {
    expect(classify(natsError(404 as never))).toBe('unknown');
  });

  it('that says nothing is what it is chained to', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });

    expect(classify(natsError('REQUEST_ERROR', refused))).toBe('network');
  });
});

describe('an error of version 3 of the NATS client', () => {
  it.each([
    ['ClosedConnectionError', 'network'],
    ['ConnectionError', 'network'],
    ['DrainingConnectionError', 'network'],
    ['NoRespondersError', 'network'],
    ['TimeoutError', 'timeout'],
    ['UserAuthenticationExpiredError', 'authentication'],
    ['PermissionViolationError', 'authorization'],
    ['InvalidSubjectError', 'programming'],
  ])('%s is %s', (name, category) => {
    expect(classify(Object.assign(new Error('x'), { name }))).toBe(category);
  });

  it('AuthorizationError speaks of the login where it has the words of NATS', () => {
    const name = 'AuthorizationError';

    expect(classify({ name, message: "'Authorization Violation'" })).toBe('authentication');
    expect(classify({ name, message: 'you may not' })).toBe('unknown');
    expect(classify({ name, status: 403 })).toBe('authorization');
  });

  it('a RequestError is what caused it', () => {
    const cause = Object.assign(new Error('x'), { name: 'NoRespondersError' });

    expect(classify(Object.assign(new Error('x', { cause }), { name: 'RequestError' }))).toBe('network');
  });
});
