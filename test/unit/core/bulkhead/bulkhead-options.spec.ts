import {
  bulkheadShape,
  type BulkheadOptions,
  resolveBulkhead,
} from '../../../../lib/core/bulkhead/bulkhead-options.js';
import { issuesOf } from '../../../support/issues-of.js';

const problems = (options: unknown) =>
  issuesOf(() => resolveBulkhead(options as BulkheadOptions, 'bulkhead'));

describe('bulkhead options', () => {
  it('have the defaults of the contract', () => {
    const settings = resolveBulkhead();
    expect(settings).toEqual({
      maxConcurrent: 10,
      maxQueue: 0,
      releaseOn: 'settled',
      scope: 'operation',
      maxKeys: 10_000,
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('are the number of permits alone', () => {
    expect(resolveBulkhead(5)).toEqual(resolveBulkhead({ maxConcurrent: 5 }));
    expect(bulkheadShape.parse?.('5')).toBe(5);
  });

  it.each([
    [{ maxQueue: Infinity }],
    [{ maxQueue: 3, queueTimeout: '250ms', releaseOn: 'answered' }],
    [{ queueTimeout: false, name: false }],
    [{ name: 'reports', key: () => 'tenant', maxKeys: 1 }],
    [{ scope: 'service' }],
    [{ adaptive: { min: 1, max: 1 } }],
    [{ adaptive: false }],
  ])('accept %p', (options) => {
    expect(problems(options)).toEqual([]);
  });

  const duration = "expected a duration such as 250 or '2s', greater than 0";
  it.each([
    [0, ': expected an integer >= 1 (got 0)'],
    [2.5, ': expected an integer >= 1 (got 2.5)'],
    [{ maxConcurrent: 0 }, '.maxConcurrent: expected an integer >= 1 (got 0)'],
    [{ maxConcurrent: Infinity }, '.maxConcurrent: expected an integer >= 1 (got Infinity)'],
    [{ maxConcurrent: '5' }, ".maxConcurrent: expected an integer >= 1 (got '5'), convert it to a number"],
    [{ maxQueue: -1 }, '.maxQueue: expected an integer >= 0 (got -1)'],
    [{ queueTimeout: 0 }, `.queueTimeout: ${duration} (got 0)`],
    [{ queueTimeout: Infinity }, `.queueTimeout: ${duration} (got Infinity)`],
    [{ maxKeys: 0 }, '.maxKeys: expected an integer >= 1 (got 0)'],
    [
      { releaseOn: 'settle' },
      ".releaseOn: expected 'settled' or 'answered' (got 'settle'), did you mean 'settled'?",
    ],
    [{ adaptive: { min: 1 } }, '.adaptive.max: expected an integer >= 1 (not given)'],
    [{ adaptive: { min: 0, max: 5 } }, '.adaptive.min: expected an integer >= 1 (got 0)'],
    [{ adaptive: { min: 6, max: 5 } }, '.adaptive.min: expected at most max, 5 (got 6)'],
    [{ maxQueued: 1 }, ".maxQueued: unknown key, did you mean 'maxQueue'?"],
    [
      { name: 'a', scope: 'policy' },
      ".name: expected either a name or a scope, not both (got 'a' and 'policy')",
    ],
  ])('refuse %p', (options, problem) => {
    expect(problems(options)).toEqual([`bulkhead${problem}`]);
  });

  it('define the state unless they only say whose it is, or when this policy gives permits back', () => {
    expect(resolveBulkhead({ name: 'reports', releaseOn: 'answered' }).signature).toBeUndefined();
    const signature = (options: BulkheadOptions) => resolveBulkhead(options).signature;
    expect(signature({ maxConcurrent: 5, releaseOn: 'answered' })).toBe(signature({ maxConcurrent: 5 }));
    expect(signature({ maxConcurrent: 5 })).not.toBe(signature({ maxConcurrent: 6 }));
    expect(signature({ adaptive: { min: 1, max: 5 } })).not.toBe(signature({ adaptive: { min: 1, max: 6 } }));
    expect(signature({ maxQueue: 5 })).not.toBe(signature({ maxQueue: 5, queueTimeout: '1s' }));
  });
});
