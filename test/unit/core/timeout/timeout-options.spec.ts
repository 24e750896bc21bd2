import { resolveTimeout, type TimeoutOptions } from '../../../../lib/core/timeout/timeout-options.js';
import { issuesOf } from '../../../support/issues-of.js';

const problems = (options: unknown) => issuesOf(() => resolveTimeout(options as TimeoutOptions, 'timeout'));

describe('timeout options', () => {
  it.each([
    ['5s', { totalMs: 5_000 }],
    [250, { totalMs: 250 }],
    [
      { total: '5s', attempt: '1s' },
      { totalMs: 5_000, attemptMs: 1_000 },
    ],
    [{ stream: { idle: '1s', total: '1h' } }, { streamIdleMs: 1_000, streamTotalMs: 3_600_000 }],
    [{ total: false, attempt: '1s', stream: { idle: false } }, { attemptMs: 1_000 }],
    [{ stream: false }, {}],
  ] as const)('read %p as %p', (options, settings) => {
    expect(resolveTimeout(options)).toEqual(settings);
  });

  const duration = "expected a duration such as 250 or '2s', greater than 0";
  it.each([
    [0, `timeout: ${duration} (got 0)`],
    ['5', `timeout: ${duration} (got '5'), convert it to a number or add a unit`],
    [true, `timeout: ${duration} or an object (got true)`],
    [{ total: Infinity }, `timeout.total: ${duration} (got Infinity)`],
    [{ attempt: 0 }, `timeout.attempt: ${duration} (got 0)`],
    [{ stream: { idle: -1 } }, `timeout.stream.idle: ${duration} (got -1)`],
    [{ stream: '5s' }, "timeout.stream: expected an object (got '5s')"],
    [{ attempts: 5 }, "timeout.attempts: unknown key, did you mean 'attempt'?"],
  ])('refuse %p', (options, issue) => {
    expect(problems(options)).toEqual([issue]);
  });
});
