import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { outcomeOfAttempt } from '../../core/events/attempt-outcome.js';
import { describeValue } from '../../core/options/describe-value.js';
import type { ResilienceRuntime } from './resilience.runtime.js';

/** An attempt that was made elsewhere. */
export interface RecordedAttempt {
  readonly operation: string;
  readonly policy: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly outcome: 'success' | 'failure';
  /** Milliseconds. */
  readonly duration?: number;
  readonly error?: unknown;
}

/** @throws ResilienceConfigError (`CONFIG_INVALID`) for what is no attempt, which would spoil every sum it went into. */
export function recordAttempt({ engine, policies }: ResilienceRuntime, recorded: RecordedAttempt): void {
  refuseNonsense(recorded);
  const { policy, operation, attempt, outcome, error, duration } = recorded;
  const stats = engine.stats.of(policy, operation);
  stats.attempts++;
  const category = outcome === 'failure' ? engine.classify(error) : undefined;
  stats.meter?.attempted(attempt, category === undefined ? 'success' : outcomeOfAttempt(category));
  const events = policies.has(policy) ? policies.emitterOf(policy) : engine.events;
  const common = {
    policy,
    operation,
    at: engine.clock.epoch(),
    callId: '',
    attempt,
    ...(duration === undefined ? {} : { duration }),
    recorded: true as const,
  };
  if (category === undefined) events.emit({ ...common, type: 'success' });
  else events.emit({ ...common, type: 'attemptFailed', error, category });
}

function refuseNonsense({ policy, operation, attempt, outcome, duration = 0 }: RecordedAttempt): void {
  const expected: [name: string, is: boolean, what: string, value: unknown][] = [
    ['policy', typeof policy === 'string' && policy !== '', 'a non-empty string', policy],
    ['operation', typeof operation === 'string' && operation !== '', 'a non-empty string', operation],
    ['attempt', Number.isInteger(attempt) && attempt >= 1, 'an integer >= 1', attempt],
    ['outcome', outcome === 'success' || outcome === 'failure', "'success' or 'failure'", outcome],
    ['duration', Number.isFinite(duration) && duration >= 0, 'milliseconds, 0 or more', duration],
  ];
  const issues = expected
    .filter(([, is]) => !is)
    .map(([name, , what, value]) => `recordAttempt.${name}: expected ${what} (got ${describeValue(value)})`);
  if (issues.length > 0) throw new ResilienceConfigError({ issues });
}
