import { type ChaosOptions, resolveChaos } from '../../../../lib/core/chaos/chaos-options.js';
import { issuesOf } from '../../../support/issues-of.js';

describe('chaos options', () => {
  it('become settings', () => {
    const error = () => new Error('chaos');
    expect(
      resolveChaos({ errorRatio: 1, latency: '1s', enabled: true, allowInProduction: true, error }),
    ).toEqual({
      errorRatio: 1,
      latencyMs: 1_000,
      enabled: true,
      allowInProduction: true,
      error,
    });
  });

  it.each([
    [{ errorRatio: 2 }, 'chaos.errorRatio: expected a number from 0 to 1 (got 2)'],
    [{ latency: -1 }, "chaos.latency: expected a duration such as 250 or '2s', 0 or more (got -1)"],
    [{ enabled: 'true' }, "chaos.enabled: expected true or false (got 'true'), convert it to a boolean"],
    [{ error: new Error('x') }, 'chaos.error: expected a function (got an instance of Error)'],
  ])('refuse %p', (options, issue) => {
    expect(issuesOf(() => resolveChaos(options as ChaosOptions, 'chaos'))).toEqual([issue]);
  });

  describe('in production', () => {
    const before = process.env['NODE_ENV'];
    beforeEach(() => (process.env['NODE_ENV'] = 'production'));
    afterEach(() => (process.env['NODE_ENV'] = before));

    it('are refused while enabled', () => {
      expect(issuesOf(() => resolveChaos({ enabled: true }, 'chaos'))).toEqual([
        'chaos.enabled: expected false in production, or allowInProduction beside it (got true)',
      ]);
    });

    it.each([[{ enabled: true, allowInProduction: true }], [{ enabled: false, errorRatio: 1 }]])(
      'accept %p',
      (options) => {
        expect(issuesOf(() => resolveChaos(options))).toEqual([]);
      },
    );
  });

  it('are accepted where there is no process', () => {
    const { process: real } = globalThis;
    Reflect.set(globalThis, 'process', undefined);
    try {
      expect(resolveChaos({ enabled: true }).enabled).toBe(true);
    } finally {
      Reflect.set(globalThis, 'process', real);
    }
  });
});
