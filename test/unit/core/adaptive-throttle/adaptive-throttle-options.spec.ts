import {
  adaptiveThrottleShape,
  type AdaptiveThrottleOptions,
  resolveAdaptiveThrottle,
} from '../../../../lib/core/adaptive-throttle/adaptive-throttle-options.js';
import { issuesOf } from '../../../support/issues-of.js';

const problems = (options: unknown) =>
  issuesOf(() => resolveAdaptiveThrottle(options as AdaptiveThrottleOptions, 'adaptiveThrottle'));

describe('adaptive throttle options', () => {
  it('have the defaults of the contract, also as true', () => {
    const settings = resolveAdaptiveThrottle(true);
    expect(settings).toEqual({ k: 2, windowMs: 120_000, scope: 'operation', maxKeys: 10_000 });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(resolveAdaptiveThrottle({})).toEqual(settings);
    expect(adaptiveThrottleShape.parse?.('true')).toBe(true);
  });

  it.each([[{ k: 1 }], [{ k: 1.1, window: '5s' }], [{ name: 'search' }], [{ scope: 'service', maxKeys: 1 }]])(
    'accept %p',
    (options) => {
      expect(problems(options)).toEqual([]);
    },
  );

  const duration = "expected a duration such as 250 or '2s', greater than 0";
  it.each([
    [{ k: 0.5 }, 'k: expected a number >= 1 (got 0.5)'],
    [{ k: NaN }, 'k: expected a number >= 1 (got NaN)'],
    [{ k: Infinity }, 'k: expected a number >= 1 (got Infinity)'],
    [{ window: 0 }, `window: ${duration} (got 0)`],
    [{ window: Infinity }, `window: ${duration} (got Infinity)`],
    [{ windows: 1 }, "windows: unknown key, did you mean 'window'?"],
    [
      { name: 'a', scope: 'policy' },
      "name: expected either a name or a scope, not both (got 'a' and 'policy')",
    ],
  ])('refuse %p', (options, problem) => {
    expect(problems(options)).toEqual([`adaptiveThrottle.${problem}`]);
  });

  it('define the state unless they only say whose it is', () => {
    expect(resolveAdaptiveThrottle({ name: 'search' }).signature).toBeUndefined();
    expect(resolveAdaptiveThrottle({ k: 2 }).signature).toBe(
      resolveAdaptiveThrottle({ k: 2, window: 120_000 }).signature,
    );
    expect(resolveAdaptiveThrottle({ k: 2 }).signature).not.toBe(resolveAdaptiveThrottle({ k: 3 }).signature);
  });
});
