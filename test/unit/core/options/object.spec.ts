import { func } from '../../../../lib/core/options/functions.js';
import { integer } from '../../../../lib/core/options/numbers.js';
import { object } from '../../../../lib/core/options/object.js';
import { optionPaths } from '../../../../lib/core/options/option-paths.js';
import { joinPath } from '../../../../lib/core/options/place.js';
import { record } from '../../../../lib/core/options/record.js';
import { resolveOptions } from '../../../../lib/core/options/resolve-options.js';
import { settings } from '../../../../lib/core/options/settings.js';
import { required, withDefault } from '../../../../lib/core/options/shape.js';
import { boolean, literal, string } from '../../../../lib/core/options/words.js';
import { issuesOf } from '../../../support/issues-of.js';

const small = object({
  shorthands: [{ shape: literal(true), to: () => ({}) }],
  fields: {
    low: withDefault(integer({ min: 0 }), 1),
    high: integer({ min: 0 }),
    on: func(),
    exact: boolean(),
  },
  rules: [
    {
      keys: ['low', 'high'],
      check({ low, high }, at) {
        if (high === undefined || low <= high) return undefined;
        return at.at('low').problem('expected at most high');
      },
    },
  ],
  build: (values) => settings(values as object),
});
const outer = object({
  fields: { inner: small, name: required(string()) },
  build: (values) => Object.freeze(values),
});

const check = (options: unknown) => issuesOf(() => resolveOptions(outer, options));
const resolve = (options: unknown) => resolveOptions(small, options);

describe('an object of options', () => {
  it('fills in defaults and leaves out what is not given', () => {
    expect(resolve({})).toEqual({ low: 1 });
    expect(resolve({ high: 5 })).toEqual({ low: 1, high: 5 });
  });

  it.each([undefined, null])('takes %p as not given', (nothing) => {
    expect(resolve({ low: nothing, high: nothing })).toEqual({ low: 1 });
  });

  it.each([undefined, null])('is empty when it is %p', (nothing) => {
    expect(resolve(nothing)).toEqual({ low: 1 });
  });

  it('takes false as "remove" where no default stands behind the option', () => {
    expect(resolve({ high: false, on: false })).toEqual({ low: 1 });
    expect(resolve({ exact: false })).toEqual({ low: 1, exact: false });
    expect(issuesOf(() => resolve({ low: false }))).toEqual(['low: expected an integer >= 0 (got false)']);
  });

  it('expands shorthands', () => {
    expect(resolve(true)).toEqual({ low: 1 });
  });

  it('lists every problem at once, each with its path', () => {
    expect(check({ nmae: 'x', inner: { low: '5', high: -1, hihg: 2 } })).toEqual([
      "nmae: unknown key, did you mean 'name'?",
      "inner.low: expected an integer >= 0 (got '5'), convert it to a number",
      'inner.high: expected an integer >= 0 (got -1)',
      "inner.hihg: unknown key, did you mean 'high'?",
      'name: expected a non-empty string (not given)',
    ]);
  });

  it('checks a rule only where the options it looks at are valid', () => {
    expect(check({ name: 'x', inner: { low: 5, high: 4 } })).toEqual(['inner.low: expected at most high']);
    expect(check({ name: 'x', inner: { low: 5, high: -1 } })).toEqual([
      'inner.high: expected an integer >= 0 (got -1)',
    ]);
  });

  it.each([
    [5, 'expected true or an object (got 5)'],
    ['x', "expected true or an object (got 'x')"],
    [[], 'expected true or an object (got an empty array)'],
    [new Map(), 'expected true or an object (got an instance of Map)'],
    [new Date(0), 'expected true or an object (got an instance of Date)'],
    [() => {}, 'expected true or an object (got a function)'],
  ])('refuses %p', (value, issue) => {
    expect(check({ name: 'x', inner: value })).toEqual([`inner: ${issue}`]);
  });

  it('takes instances of classes and objects without prototype', () => {
    class Limits {
      low = 3;
    }
    expect(resolve(new Limits())).toEqual({ low: 3 });
    expect(resolve(Object.assign(Object.create(null), { low: 4 }))).toEqual({ low: 4 });
  });

  it('refuses keys that reach into prototypes', () => {
    const hostile: unknown = JSON.parse(
      '{ "name": "x", "__proto__": { "a": 1 }, "constructor": 1, "prototype": 2 }',
    );
    expect(check(hostile)).toEqual([
      '__proto__: this key is not allowed',
      'constructor: this key is not allowed',
      'prototype: this key is not allowed',
    ]);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('reports members and objects that throw when they are read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    const unlisted = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('secret');
        },
      },
    );
    revoke();
    const hostile = {
      name: 'x',
      get inner(): never {
        throw new Error('secret');
      },
    };
    expect(check(hostile)).toEqual(['inner: could not be read, its getter threw']);
    expect(check(unlisted)).toEqual(['options: could not be read']);
    expect(check(proxy)).toEqual(['options: expected an object (got an object that cannot be read)']);
  });

  it('reads each member once', () => {
    const reads: string[] = [];
    const options = new Proxy(
      { low: 1, high: 2 },
      {
        get(target, key, receiver): unknown {
          reads.push(String(key));
          return Reflect.get(target, key, receiver);
        },
      },
    );
    resolve(options);
    expect(reads.filter((key) => key === 'low' || key === 'high')).toEqual(['low', 'high']);
  });

  it('never writes to what it is given and gives frozen settings', () => {
    const given = Object.freeze({ low: 2 });
    const read = resolve(given);
    expect(Object.isFrozen(read)).toBe(true);
    expect(read).not.toBe(given);
  });

  it('reads the text of its shorthands', () => {
    expect(small.parse?.('true')).toBe(true);
    expect(small.parse?.('x')).toBeUndefined();
    expect(outer.parse).toBeUndefined();
  });

  it('lists its options, objects before what is in them', () => {
    expect(optionPaths(outer).map(({ keys }) => keys.join('.'))).toEqual([
      'inner',
      'inner.low',
      'inner.high',
      'inner.on',
      'inner.exact',
      'name',
    ]);
  });
});

describe('an object with names of the user', () => {
  const limits = record(small, 'an object of limits');
  const problems = (value: unknown) => issuesOf(() => resolveOptions(limits, value, 'limits'));

  it('takes any name', () => {
    expect(resolveOptions(limits, { 'a.b': {}, '<script>': true, none: null })).toEqual({
      'a.b': { low: 1 },
      '<script>': { low: 1 },
    });
  });

  it('refuses names that reach into prototypes, empty and endless ones', () => {
    const long = 'x'.repeat(201);
    expect(problems(JSON.parse(`{ "__proto__": {}, "constructor": {}, "": {}, "${long}": {} }`))).toEqual([
      'limits.__proto__: this name is not allowed',
      'limits.constructor: this name is not allowed',
      "limits['']: expected a name that is not empty",
      `limits['${'x'.repeat(59)}…']: expected a name of at most 200 characters`,
    ]);
  });

  it('names what is wrong inside', () => {
    expect(problems({ a: { low: -1 }, 'two words': 5 })).toEqual([
      'limits.a.low: expected an integer >= 0 (got -1)',
      "limits['two words']: expected true or an object (got 5)",
    ]);
  });

  it('refuses what has no names', () => {
    const throwing = {
      get a(): never {
        throw new Error('secret');
      },
    };
    expect(problems([])).toEqual(['limits: expected an object of limits (got an empty array)']);
    expect(problems(throwing)).toEqual(['limits.a: could not be read, its getter threw']);
  });
});

describe('joinPath', () => {
  it.each([
    ['', 'retry', 'retry'],
    ['policies', 'network', 'policies.network'],
    ['policies', 'a-b_c:d/e@f$', 'policies.a-b_c:d/e@f$'],
    ['policies', 'a.b', "policies['a.b']"],
    ['policies', 'x\ny', "policies['x\\ny']"],
    ['policies', '', "policies['']"],
  ])('writes %p and %p as %s', (path, key, joined) => {
    expect(joinPath(path, key)).toBe(joined);
  });
});
