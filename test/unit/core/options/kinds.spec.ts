import { anyOf, mapped } from '../../../../lib/core/options/any-of.js';
import { duration } from '../../../../lib/core/options/duration.js';
import { func } from '../../../../lib/core/options/functions.js';
import { list } from '../../../../lib/core/options/list.js';
import { matchers } from '../../../../lib/core/options/matchers.js';
import { integer, number, ratio } from '../../../../lib/core/options/numbers.js';
import { resolveOptions } from '../../../../lib/core/options/resolve-options.js';
import type { Shape } from '../../../../lib/core/options/shape.js';
import { boolean, literal, oneOf, string } from '../../../../lib/core/options/words.js';
import { issuesOf } from '../../../support/issues-of.js';

const kinds: Readonly<Record<string, Shape<unknown>>> = {
  count: integer({ min: 1 }),
  attempts: integer({ min: 1, infinity: true }),
  size: integer({ min: 1, max: 10 }),
  factor: number({ min: 1 }),
  share: number({ min: 0, max: 1 }),
  ratio: ratio(),
  flag: boolean(),
  word: string(),
  choice: oneOf('fixed', 'linear', 'exponential'),
  limit: duration(),
  pause: duration({ zero: true }),
  reset: duration({ infinity: true }),
  hook: func(),
  matchers: matchers(),
  items: list(string(), { expected: 'a list of at least one word', min: 1 }),
  either: anyOf(literal(false), string()),
  level: anyOf(
    mapped(boolean(), (on) => (on ? 'warn' : false)),
    oneOf('warn', 'error'),
  ),
};

const shapeOf = (kind: string) => kinds[kind] as Shape<unknown>;

class PaymentError extends Error {}
const isSlow = () => true;

describe('options', () => {
  it.each([
    ['count', 1, 1],
    ['count', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['attempts', Infinity, Infinity],
    ['size', 10, 10],
    ['factor', 1, 1],
    ['factor', 1.5, 1.5],
    ['share', 0, 0],
    ['ratio', 1, 1],
    ['ratio', 1e-9, 1e-9],
    ['flag', false, false],
    ['word', 'x', 'x'],
    ['choice', 'linear', 'linear'],
    ['limit', '2s', 2_000],
    ['limit', 0.5, 0.5],
    ['limit', 2 ** 40, 2 ** 40],
    ['pause', 0, 0],
    ['pause', '0s', 0],
    ['reset', Infinity, Infinity],
    ['hook', isSlow, isSlow],
    ['matchers', [PaymentError, 503, 'network', isSlow], [PaymentError, 503, 'network', isSlow]],
    ['matchers', [], []],
    ['items', ['a'], ['a']],
    ['either', false, false],
    ['either', 'x', 'x'],
    ['level', true, 'warn'],
    ['level', false, false],
    ['level', 'error', 'error'],
  ])('of kind %s take %p', (kind, value, settings) => {
    expect(resolveOptions(shapeOf(kind), value, 'option')).toEqual(settings);
  });

  const durations = "expected a duration such as 250 or '2s'";
  it.each([
    ['count', 0, 'expected an integer >= 1 (got 0)'],
    ['count', 1.5, 'expected an integer >= 1 (got 1.5)'],
    ['count', NaN, 'expected an integer >= 1 (got NaN)'],
    ['count', Infinity, 'expected an integer >= 1 (got Infinity)'],
    ['count', 2 ** 53, 'expected an integer >= 1 (got 9007199254740992)'],
    ['count', '5', "expected an integer >= 1 (got '5'), convert it to a number"],
    ['count', 5n, 'expected an integer >= 1 (got 5n)'],
    ['attempts', -1, 'expected an integer >= 1 (got -1)'],
    ['attempts', -Infinity, 'expected an integer >= 1 (got -Infinity)'],
    ['size', 11, 'expected an integer from 1 to 10 (got 11)'],
    ['factor', 0.9, 'expected a number >= 1 (got 0.9)'],
    ['factor', Infinity, 'expected a number >= 1 (got Infinity)'],
    ['factor', NaN, 'expected a number >= 1 (got NaN)'],
    ['share', 1.1, 'expected a number from 0 to 1 (got 1.1)'],
    ['ratio', 0, 'expected a ratio greater than 0 and at most 1 (got 0)'],
    ['ratio', 50, 'expected a ratio greater than 0 and at most 1 (got 50)'],
    ['flag', 'true', "expected true or false (got 'true'), convert it to a boolean"],
    ['flag', 1, 'expected true or false (got 1)'],
    ['word', '', "expected a non-empty string (got '')"],
    ['word', 5, 'expected a non-empty string (got 5)'],
    [
      'choice',
      'exponental',
      "expected 'fixed', 'linear' or 'exponential' (got 'exponental'), did you mean 'exponential'?",
    ],
    ['choice', 5, "expected 'fixed', 'linear' or 'exponential' (got 5)"],
    ['limit', 0, `${durations}, greater than 0 (got 0)`],
    ['limit', '0ms', `${durations}, greater than 0 (got '0ms')`],
    ['limit', -1, `${durations}, greater than 0 (got -1)`],
    ['limit', Infinity, `${durations}, greater than 0 (got Infinity)`],
    ['limit', NaN, `${durations}, greater than 0 (got NaN)`],
    ['limit', '5', `${durations}, greater than 0 (got '5'), convert it to a number or add a unit`],
    ['limit', 'soon', `${durations}, greater than 0 (got 'soon')`],
    ['limit', true, `${durations}, greater than 0 (got true)`],
    ['pause', -1, `${durations}, 0 or more (got -1)`],
    ['reset', 0, `${durations}, greater than 0, or Infinity (got 0)`],
    ['hook', 'log', "expected a function (got 'log')"],
    [
      'matchers',
      'network',
      "expected a list of error classes, HTTP statuses, strings and predicates (got 'network')",
    ],
    ['items', [], 'expected a list of at least one word (got an empty array)'],
    ['items', { length: 1 }, 'expected a list of at least one word (got an object)'],
    ['either', true, 'expected false or a non-empty string (got true)'],
    ['level', 'loud', "expected 'warn' or 'error' (got 'loud'), known here: 'warn', 'error'"],
    ['level', 5, "expected true or false or 'warn' or 'error' (got 5)"],
  ])('of kind %s refuse %p', (kind, value, issue) => {
    expect(issuesOf(() => resolveOptions(shapeOf(kind), value, 'option'))).toEqual([`option: ${issue}`]);
  });

  it('name the element of a list that is wrong', () => {
    const matcher = 'expected an error class, an HTTP status, a category, code or name, or a predicate';
    expect(issuesOf(() => resolveOptions(matchers(), ['network', 42, ' ', {}], 'retryOn'))).toEqual([
      `retryOn[1]: ${matcher} (got 42)`,
      `retryOn[2]: ${matcher} (got ' ')`,
      `retryOn[3]: ${matcher} (got an object)`,
    ]);
  });

  it('copy lists and freeze the copy', () => {
    const given = ['network'];
    const settings = resolveOptions(matchers(), given);
    expect(settings).not.toBe(given);
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(given)).toBe(false);
  });

  it('refuse a list that cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable<string[]>([], {});
    revoke();
    const hostile = new Proxy(['a'], {
      get() {
        throw new Error('secret');
      },
    });
    for (const value of [proxy, hostile]) {
      expect(issuesOf(() => resolveOptions(matchers(), value, 'retryOn'))).toEqual([
        'retryOn: expected a list of error classes, HTTP statuses, strings and predicates (got an object that cannot be read)',
      ]);
    }
  });

  it.each([
    ['count', '7', 7],
    ['count', '-1', -1],
    ['count', '1e3', 1_000],
    ['count', '0x10', undefined],
    ['count', '', undefined],
    ['count', '7 ', undefined],
    ['attempts', 'Infinity', Infinity],
    ['flag', 'TRUE', true],
    ['flag', 'off', false],
    ['flag', '1', true],
    ['flag', 'maybe', undefined],
    ['flag', 'constructor', undefined],
    ['word', '5', '5'],
    ['choice', 'linear', 'linear'],
    ['limit', '250', 250],
    ['limit', '250ms', '250ms'],
    ['matchers', 'network, 503,ECONNRESET', ['network', 503, 'ECONNRESET']],
    ['either', 'false', false],
    ['either', 'base', 'base'],
  ])('of kind %s read the text %p as %p', (kind, text, value) => {
    expect(shapeOf(kind).parse?.(text)).toEqual(value);
  });

  it('of several kinds read what one of them reads', () => {
    const either = anyOf(boolean(), literal(true));
    expect(either.parse?.('on')).toBe(true);
    expect(either.parse?.('maybe')).toBeUndefined();
    expect(list(integer({ min: 1 }), { expected: 'a list' }).parse?.('1, x')).toEqual([1, 'x']);
  });

  it('that are functions cannot be said in text', () => {
    expect(shapeOf('hook').parse).toBeUndefined();
    expect(anyOf(func()).parse).toBeUndefined();
  });
});
