import { describeValue } from '../../../../lib/core/options/describe-value.js';

describe('describeValue', () => {
  class PaymentsService {}

  it.each([
    ['a string', 'fast', "'fast'"],
    ['a quote', "it's", "'it\\'s'"],
    ['a line break', 'a\nb', "'a\\nb'"],
    ['an escape code', '\u001b[31m', "'\\u001b[31m'"],
    ['a long string', 'x'.repeat(1_000_000), `'${'x'.repeat(59)}…'`],
    ['a number', -1, '-1'],
    ['minus zero', -0, '-0'],
    ['NaN', NaN, 'NaN'],
    ['Infinity', Infinity, 'Infinity'],
    ['a bigint', 5n, '5n'],
    ['a boolean', true, 'true'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s\n'), 'Symbol(s\\n)'],
    ['a symbol without description', Symbol(), 'Symbol()'],
    ['a named function', function charge() {}, 'function charge'],
    ['an anonymous function', () => {}, 'a function'],
    ['a class', PaymentsService, 'class PaymentsService'],
    ['a function whose name is no string', Object.assign(() => {}, { a: 1 }), 'a function'],
    ['an empty array', [], 'an empty array'],
    ['an array', ['secret', 2], 'an array of 2'],
    ['an object', { password: 'secret' }, 'an object'],
    ['an object without prototype', Object.create(null), 'an object'],
    ['an instance', new PaymentsService(), 'an instance of PaymentsService'],
  ])('shows %s', (_kind, value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it('shows a function whose name was replaced by something else as a function', () => {
    const odd = Object.defineProperty(() => {}, 'name', { value: 5 });
    expect(describeValue(odd)).toBe('a function');
  });

  it('survives objects that throw when they are looked at', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = Object.defineProperty({}, 'constructor', {
      get() {
        throw new Error('secret');
      },
    });
    expect([describeValue(proxy), describeValue(hostile)]).toEqual([
      'an object that cannot be read',
      'an object that cannot be read',
    ]);
  });
});
