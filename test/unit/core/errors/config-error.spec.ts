import { ResilienceConfigError } from '../../../../lib/core/errors/config-error.js';

describe('ResilienceConfigError', () => {
  it('lists every issue, one a line', () => {
    const issues = ['a.b: expected a duration (got 5)', 'a.c: unknown key; did you mean "cc"?'];

    expect(new ResilienceConfigError({ issues }).message).toBe(
      'Invalid resilience configuration, 2 problems:\n' +
        '- a.b: expected a duration (got 5)\n' +
        '- a.c: unknown key; did you mean "cc"?',
    );
  });

  it('lets no issue take a second line or more than 1 KiB', () => {
    const { message } = new ResilienceConfigError({ issues: ['a\nb', 'x'.repeat(1e6)] });

    expect(message.split('\n')).toEqual([
      'Invalid resilience configuration, 2 problems:',
      '- a\\nb',
      `- ${'x'.repeat(1023)}…`,
    ]);
  });

  it('keeps the issues apart from the list it was given', () => {
    const issues = ['one'];
    const error = new ResilienceConfigError({ issues });
    issues.push('two');

    expect(error.issues).toEqual(['one']);
    expect(Object.isFrozen(error.issues)).toBe(true);
  });
});
