import {
  resolveCircuitBreaker,
  type CircuitBreakerOptions,
} from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { tripReason } from '../../../../lib/core/circuit-breaker/trip-rule.js';
import { createWindow } from '../../../../lib/core/circuit-breaker/window/create-window.js';

/** What a circuit says after these samples: `.` success, `F` failure, `s` slow success, `S` slow failure. */
function reasonAfter(options: CircuitBreakerOptions, samples: string) {
  const settings = resolveCircuitBreaker(options);
  const window = settings.window === undefined ? null : createWindow(settings.window);
  let consecutiveFailures = 0;
  for (const one of samples) {
    const failed = one === 'F' || one === 'S';
    consecutiveFailures = failed ? consecutiveFailures + 1 : 0;
    window?.record(0, failed, one === 's' || one === 'S');
  }
  return tripReason(settings, { consecutiveFailures, window }, 0);
}

describe('tripReason', () => {
  it.each<[CircuitBreakerOptions, string, string | undefined]>([
    // Consecutive failures, the default rule.
    [{}, '', undefined],
    [{}, 'FFFF', undefined],
    [{}, 'FFFFF', 'failureThreshold'],
    [{}, 'FFFF.FFFF', undefined],
    [{ failureThreshold: 1 }, 'F', 'failureThreshold'],
    [{ failureThreshold: 3 }, 'F.FFF', 'failureThreshold'],
    // A ratio over a count window; from min(minimumCalls, size) samples on.
    [{ failureRatio: 0.5, minimumCalls: 4 }, 'FFF', undefined],
    [{ failureRatio: 0.5, minimumCalls: 4 }, 'FFFF', 'failureRatio'],
    [{ failureRatio: 0.5, minimumCalls: 4 }, 'F.F.', 'failureRatio'],
    [{ failureRatio: 0.5, minimumCalls: 4 }, 'F..F.', undefined],
    [{ failureRatio: 0.07 }, `${'.'.repeat(93)}FFFFFFF`, 'failureRatio'],
    [{ failureRatio: 0.07 }, `${'.'.repeat(94)}FFFFFF`, undefined],
    [{ failureRatio: 1, minimumCalls: 3 }, 'FFF', 'failureRatio'],
    [{ failureRatio: 1, minimumCalls: 3 }, '.FFF', undefined],
    [{ failureRatio: 0.5, minimumCalls: 100, window: { type: 'count', size: 4 } }, 'FF..', 'failureRatio'],
    [{ failureRatio: 0.5, minimumCalls: 100, window: { type: 'count', size: 4 } }, 'FFF', undefined],
    [{ failureRatio: 0.5, window: { type: 'count', size: 1 } }, 'F', 'failureRatio'],
    // With a ratio rule, failureThreshold only if it is given.
    [{ failureRatio: 0.5 }, 'FFFFFFFFFF', undefined],
    [{ failureRatio: 0.5, failureThreshold: 5 }, 'FFFFF', 'failureThreshold'],
    [{ slowCallDuration: 100 }, 'FFFFFFFFFF', undefined],
    // Time windows want minimumCalls samples, however many there are.
    [{ failureRatio: 0.5, minimumCalls: 4, window: { type: 'time' } }, 'FFF', undefined],
    [{ failureRatio: 0.5, minimumCalls: 4, window: { type: 'time' } }, 'FF..', 'failureRatio'],
    // Slow calls, successful or not.
    [{ slowCallDuration: 100, minimumCalls: 4 }, 'sSs', undefined],
    [{ slowCallDuration: 100, minimumCalls: 4 }, 'sSsS', 'slowCallRatio'],
    [{ slowCallDuration: 100, minimumCalls: 4 }, 'sSs.', undefined],
    [{ slowCallDuration: 100, slowCallRatio: 0.5, minimumCalls: 4 }, 'sS..', 'slowCallRatio'],
    [{ slowCallDuration: 100, slowCallRatio: 0.5, minimumCalls: 4 }, 'FFFF', undefined],
    [{ slowCallDuration: 100, failureRatio: 0.5, minimumCalls: 2 }, 'ss', 'slowCallRatio'],
    [{ slowCallDuration: 100, failureRatio: 0.5, minimumCalls: 2 }, 'SS', 'failureRatio'],
  ])('with %j says after %j: %s', (options, samples, expected) => {
    expect(reasonAfter(options, samples)).toBe(expected);
  });

  it('says nothing over a time window that has run empty', () => {
    const settings = resolveCircuitBreaker({ failureRatio: 0.5, minimumCalls: 1, window: { type: 'time' } });
    const window = createWindow({ type: 'time', durationMs: 60_000, buckets: 10 });
    window.record(0, true, false);
    expect(tripReason(settings, { consecutiveFailures: 1, window }, 59_999)).toBe('failureRatio');
    expect(tripReason(settings, { consecutiveFailures: 1, window }, 60_000)).toBeUndefined();
  });
});
