import {
  type BackoffOptions,
  resolveBackoff,
} from '../../../../../lib/core/retry/backoff/backoff-options.js';
import { issuesOf } from '../../../../support/issues-of.js';

const problems = (options: object) => issuesOf(() => resolveBackoff(options as BackoffOptions, 'backoff'));

describe('backoff options', () => {
  it('become milliseconds', () => {
    const options: BackoffOptions = {
      type: 'linear',
      initialDelay: '2s',
      minDelay: '250ms',
      maxDelay: '1m',
      factor: 3,
    };
    expect(resolveBackoff(options)).toEqual({
      type: 'linear',
      initialDelayMs: 2_000,
      factor: 3,
      incrementMs: 2_000,
      minDelayMs: 250,
      maxDelayMs: 60_000,
      jitter: 'full',
    });
  });

  it('take a function as it is', () => {
    const backoff = (attempt: number) => attempt * 10;
    expect(resolveBackoff(backoff)).toBe(backoff);
  });

  it.each([
    [true, 'full'],
    [false, 'none'],
    ['none', 'none'],
    ['equal', 'equal'],
    ['decorrelated', 'decorrelated'],
    [{ factor: 0.1 }, { factor: 0.1 }],
  ] as const)('read the jitter %p as %p', (jitter, settings) => {
    expect(resolveBackoff({ jitter })).toMatchObject({ jitter: settings });
  });

  it.each([
    [{ initialDelay: 0, minDelay: 0, maxDelay: 0, increment: 0 }],
    [{ factor: 1 }],
    [{ minDelay: '60s' }],
    [{ type: 'adaptive', adaptive: { window: 5, minSamples: 5, successThreshold: 1 } }],
    [{ type: 'fixed', adaptive: false, increment: false }],
  ])('accept %p', (options) => {
    expect(problems(options)).toEqual([]);
  });

  it.each([
    [{ factor: 0.5 }, 'backoff.factor: expected a number >= 1 (got 0.5)'],
    [{ minDelay: '2m' }, 'backoff.minDelay: expected at most maxDelay, 1 m (got 2 m)'],
    [{ minDelay: 20, maxDelay: 10 }, 'backoff.minDelay: expected at most maxDelay, 10 ms (got 20 ms)'],
    [
      { maxDelay: Infinity },
      "backoff.maxDelay: expected a duration such as 250 or '2s', 0 or more (got Infinity)",
    ],
    [
      { type: 'fixed', jitter: 'decorrelated' },
      "backoff.jitter: expected another jitter, for 'decorrelated' needs type 'exponential' (got type 'fixed')",
    ],
    [{ adaptive: {} }, "backoff.adaptive: expected only with type 'adaptive' (got type 'exponential')"],
    [
      { type: 'adaptive', adaptive: { window: 5 } },
      'backoff.adaptive.minSamples: expected at most window, 5 (got 10)',
    ],
    [
      { type: 'adaptive', adaptive: { window: 0 } },
      'backoff.adaptive.window: expected an integer from 1 to 1000000 (got 0)',
    ],
    [
      { jitter: { factor: 0 } },
      'backoff.jitter.factor: expected a ratio greater than 0 and at most 1 (got 0)',
    ],
    [{ jitter: {} }, 'backoff.jitter.factor: expected a ratio greater than 0 and at most 1 (not given)'],
    [{ initialdelay: 5 }, "backoff.initialdelay: unknown key, did you mean 'initialDelay'?"],
  ])('refuse %p', (options, issue) => {
    expect(problems(options)).toEqual([issue]);
  });
});
