import { classify, createClassify, isPermanent } from '../../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../../lib/core/classify/proves-nothing-sent.js';
import { compileMatcher } from '../../../../lib/core/predicate.js';

const no = () => {
  throw new Error('no access');
};

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Answers the first reads and throws from then on. */
function throwsLater(reads: number): unknown {
  let left = reads;
  const target = { code: 'ERR_NETWORK', name: 'TypeError' };
  return new Proxy(target, { get: (object, key) => ((left -= 1) < 0 ? no() : Reflect.get(object, key)) });
}

const values: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'ECONNREFUSED'],
  ['a number', 503],
  ['a symbol', Symbol('x')],
  ['a bigint', 10n],
  ['a function', () => 503],
  ['an object without prototype', Object.create(null)],
  ['a frozen error', Object.freeze(new Error('x'))],
  ['a revoked proxy', revoked()],
  ['a proxy that throws on access', new Proxy({}, { get: no, has: no, getPrototypeOf: no, ownKeys: no })],
  [
    'getters that throw',
    Object.defineProperties({}, { code: { get: no }, cause: { get: no }, name: { get: no } }),
  ],
  ['a getStatus that throws', { getStatus: no }],
  ['a getError that throws', { getError: no }],
  ['a cause that throws', Object.defineProperty(new Error('x'), 'cause', { get: no })],
  ['a hostile cause', new Error('x', { cause: revoked() })],
  ['hostile members', new AggregateError([revoked(), revoked()])],
  ['fields of the wrong type', { name: {}, code: [], message: 5, cause: 7, errors: 'x', response: 1 }],
];

describe.each(values)('when %s was thrown', (_, value) => {
  it('classify says unknown', () => {
    expect(classify(value)).toBe('unknown');
  });

  it('isPermanent and provesNothingSent say no', () => {
    expect(isPermanent(value, classify)).toBe(false);
    expect(provesNothingSent(value)).toBe(false);
  });

  it('no matcher but "unknown" names it', () => {
    class Mine extends Error {}
    const list = [Mine, 404, 'network', 'ECONNRESET', 'MyError'];

    expect(compileMatcher(list, classify)(value)).toBe(false);
    expect(compileMatcher(['unknown'], classify)(value)).toBe(true);
  });
});

describe('when an error throws only after some reads', () => {
  it.each([...Array(24).keys()])('(%i) classify names a category all the same', (reads) => {
    expect(['unknown', 'network']).toContain(classify(throwsLater(reads)));
    expect(provesNothingSent(throwsLater(reads))).toBe(false);
  });
});

describe('when the listener for faults of classifiers throws', () => {
  it('classify says unknown', () => {
    expect(createClassify([no], no)({ code: 'ECONNREFUSED' })).toBe('unknown');
  });
});
