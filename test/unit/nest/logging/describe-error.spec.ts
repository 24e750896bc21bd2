import { NotFoundException } from '@nestjs/common';
import { briefError, fullError } from '../../../../lib/nest/logging/describe-error.js';

const coded = (message: string, code: unknown): Error => Object.assign(new Error(message), { code });

const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error('do not touch');
    },
  },
);

describe('an error in a log line', () => {
  it.each([
    ['its code', coded('connect ECONNREFUSED 10.0.0.1:80', 'ECONNREFUSED'), 'ECONNREFUSED'],
    ['its message', new Error('boom'), 'boom'],
    ['its name and message', new TypeError('x is not a function'), 'TypeError: x is not a function'],
    ['the name of Nest exceptions', new NotFoundException(), 'NotFoundException: Not Found'],
    [
      'the code that fetch hides in the cause',
      new TypeError('fetch failed', { cause: coded('connect', 'ECONNREFUSED') }),
      'TypeError: fetch failed [ECONNREFUSED]',
    ],
    ['its name, where it has no message', new RangeError(), 'RangeError'],
    ['the message, where the code is a number', coded('duplicate key', 11000), 'duplicate key'],
    ['the message, where the code could be anything', coded('boom', 'user 4 said: hi'), 'boom'],
    ['a thrown string', 'down', 'down'],
    ['a thrown string without secrets', 'http://a:b@c', 'http://***@c'],
    ['no error at all', undefined, 'no error'],
    ['null', null, 'null'],
    ['a symbol', Symbol('boom'), 'Symbol(boom)'],
    ['a function', () => 'secret', 'a function'],
    ['an object, whose data is not told', { card: '4242' }, 'Error'],
    ['an object with a message', { message: 'boom', card: '4242' }, 'boom'],
    ['a proxy that throws on access', throwing, 'Error'],
    ['a name that is no name', Object.assign(new Error('boom'), { name: 'a\nb' }), 'boom'],
  ])('is, in brief, %s', (_what, error, expected) => {
    expect(briefError(error)).toBe(expected);
  });

  it.each([
    [
      'code and message',
      coded('connect to 10.0.0.1:80', 'ECONNREFUSED'),
      'ECONNREFUSED: connect to 10.0.0.1:80',
    ],
    ['the code once', coded('ECONNREFUSED', 'ECONNREFUSED'), 'ECONNREFUSED'],
    ['the code alone, where there is no message', coded('', 'ECONNREFUSED'), 'ECONNREFUSED'],
    ['a message without secrets', coded('password=hunter2', 'EAUTH'), 'EAUTH: password=***'],
    ['name and message, without a code', new TypeError('boom'), 'TypeError: boom'],
    ['the cause in a ring', ringOf('boom'), 'boom'],
  ])('is, in full, %s', (_what, error, expected) => {
    expect(fullError(error)).toBe(expected);
  });
});

function ringOf(message: string): Error {
  const error: Error & { cause?: unknown } = new Error(message);
  error.cause = error;
  return error;
}
