import { runInNewContext } from 'node:vm';
import { isErrorClass } from '../../../lib/core/error-class.js';
import { ResilienceError } from '../../../lib/core/errors/resilience-error.js';

class Mine extends Error {}
abstract class Abstract extends Mine {}
class Unrelated {
  status = 503;
}

/** As TypeScript compiled classes for ES5. */
function Legacy(this: Error) {
  this.message = 'legacy';
}
Legacy.prototype = Object.create(Error.prototype);

describe('isErrorClass', () => {
  it.each([
    ['Error', Error],
    ['a built-in subclass', TypeError],
    ['AggregateError', AggregateError],
    ['DOMException', DOMException],
    ['a class of the user', Mine],
    ['an abstract class', Abstract],
    ['an anonymous class', class extends Error {}],
    ['a class that is thrown without being an Error', Unrelated],
    ['a function with a prototype that descends from Error', Legacy],
    ['Error of another realm', runInNewContext('Error')],
    ['a class of another realm', runInNewContext('class Foreign extends Error {}; Foreign')],
    [
      'an ES5 class of another realm',
      runInNewContext('function F() {}; F.prototype = Object.create(RangeError.prototype); F'),
    ],
    ['the base class of the library', ResilienceError],
    ['a proxy of a class', new Proxy(Mine, {})],
  ])('knows %s', (_, value) => {
    expect(isErrorClass(value)).toBe(true);
  });

  it.each([
    ['an arrow function', () => true],
    [
      'a function',
      function isMine() {
        return true;
      },
    ],
    ['an async function', async () => Promise.resolve(true)],
    [
      'a method',
      {
        isMine() {
          return true;
        },
      }.isMine,
    ],
    ['a bound function', ((_: unknown) => true).bind(null)],
    ['a mock', jest.fn()],
    ['a built-in function', Boolean],
    ['a function named Error', { Error: () => true }.Error],
    ['a function whose prototype claims to come from Error', claimsToBeError()],
    ['a proxy that refuses to be looked at', revokedFunction()],
    ['an instance', new Mine()],
    ['undefined', undefined],
    ['a string', 'class'],
  ])('takes %s for a predicate, or for nothing', (_, value) => {
    expect(isErrorClass(value)).toBe(false);
  });
});

function claimsToBeError(): unknown {
  const predicate = function () {
    return true;
  };
  predicate.prototype = { constructor: { Error() {} }.Error };
  return predicate;
}

function revokedFunction(): unknown {
  const { proxy, revoke } = Proxy.revocable(() => true, {});
  revoke();
  return proxy;
}
