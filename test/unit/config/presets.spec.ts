import { presets } from '../../../lib/config/presets/presets.js';
import { readPolicies } from '../../../lib/config/resolve-policies.js';

const remote = ['network', 'timeout', 'rateLimit', 'server'];

describe('presets', () => {
  // name, attempts, initial delay, factor, max delay, attempt timeout, total timeout, retried on, budget
  it.each([
    ['default', 3, 1_000, 2, 60_000, 30_000, 60_000, undefined, true],
    ['network', 5, 2_000, 2, 60_000, 20_000, 120_000, remote, true],
    ['database', 3, 2_000, 1.5, 60_000, 60_000, 180_000, ['network', 'timeout', 'database'], true],
    ['quick', 2, 100, 2, 1_000, 2_000, 5_000, undefined, false],
    ['aggressive', 10, 500, 1.2, 60_000, 30_000, 300_000, undefined, true],
    ['api', 3, 2_000, 2, 30_000, 15_000, 60_000, remote, true],
    ['file', 3, 3_000, 2, 60_000, undefined, 300_000, ['network', 'timeout', 'server', 'database'], true],
  ])(
    'hold the values of %s',
    (name, maxAttempts, initialDelayMs, factor, maxDelayMs, attemptMs, totalMs, retryOn, budget) => {
      const { policies, issues } = readPolicies({ sources: [] });
      expect(issues).toEqual([]);
      const settings = policies.get(name)?.settings;
      const backoff = {
        type: 'exponential',
        initialDelayMs,
        factor,
        maxDelayMs,
        minDelayMs: 0,
        jitter: 'full',
      };
      expect(settings?.retry).toMatchObject({ maxAttempts, backoff });
      expect(settings?.retry?.retryOn).toEqual(retryOn);
      expect(settings?.retry?.budget !== undefined).toBe(budget);
      expect(settings?.timeout).toEqual(attemptMs === undefined ? { totalMs } : { attemptMs, totalMs });
      expect(settings).toMatchObject({ name, enabled: true });
      expect(settings?.circuitBreaker).toBeUndefined();
    },
  );

  it('are seven', () => {
    expect(Object.keys(presets)).toHaveLength(7);
  });

  it('do not exist when they are switched off', () => {
    expect(readPolicies({ presets: false, sources: [] }).policies.size).toBe(0);
  });
});
