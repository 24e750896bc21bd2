import { ResilienceConfigError } from '../../../../lib/core/errors/config-error.js';
import { issuesOf } from '../../../../lib/nest/runtime/policy-issues.js';

describe('the issues of a function', () => {
  it.each<[string, () => unknown, readonly string[]]>([
    ['returns', () => 1, []],
    [
      'finds the configuration wrong',
      () => {
        throw new ResilienceConfigError({ issues: ['timeout', 'retry'] });
      },
      ['timeout', 'retry'],
    ],
  ])('that %s are its messages', (_, run, issues) => {
    expect(issuesOf(run)).toEqual(issues);
  });

  it('that fails otherwise are no issues: the error goes on to the caller', () => {
    const fault = new TypeError('fault');
    const run = (): never => {
      throw fault;
    };
    expect(() => issuesOf(run)).toThrow(fault);
  });
});
