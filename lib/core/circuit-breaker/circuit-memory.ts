import type { ErrorCategory } from '../classify/error-category.js';
import type { CircuitRecord } from '../ports/circuit-record.js';
import type { Clock } from '../time/clock.js';
import type { Circuit, ResumedState } from './circuit.js';
import { readWindow, writeWindow } from './window/window-record.js';

/** How long a state set by hand is kept that nobody has given a time to live. */
const MANUAL_STATE_KEPT_MS = 24 * 60 * 60_000;

/** What writing a circuit down needs beside it. */
export interface RecordContext {
  readonly clock: Clock;
  readonly classify: (error: unknown) => ErrorCategory;
}

/** A circuit as it is written down; `null` where it is as a new one would be. */
export function recordOf(circuit: Circuit, { clock, classify }: RecordContext): CircuitRecord | null {
  circuit.settle();
  const { name, key, state, tally } = circuit;
  const now = clock.now();
  const savedAt = Math.round(clock.epoch());
  const toEpoch = (instant: number): number => Math.round(savedAt + instant - now);
  const window = writeWindow(tally.window, now, toEpoch);
  if (state === 'closed' && tally.consecutiveFailures === 0 && window === undefined) return null;
  const until = endOf(circuit, state);
  return {
    breaker: name,
    ...(key === undefined ? {} : { key }),
    state,
    savedAt,
    ...(until === Infinity ? {} : { until: toEpoch(until) }),
    reopenings: circuit.growth,
    consecutiveFailures: tally.consecutiveFailures,
    ...(window === undefined ? {} : { window }),
    ...(Number.isNaN(tally.lastFailureAt)
      ? {}
      : {
          lastFailure: {
            at: toEpoch(tally.lastFailureAt),
            category: tally.lastCategory ?? classify(tally.lastFailure),
          },
        }),
  };
}

/** Monotonic instant at which the state ends, or takes probes; Infinity where it does not by itself. */
function endOf({ openUntil, manualUntil, since }: Circuit, state: CircuitRecord['state']): number {
  if (state === 'open' || state === 'halfOpen') return openUntil;
  if (state === 'closed') return Infinity;
  return Math.min(manualUntil, since + MANUAL_STATE_KEPT_MS);
}

/**
 * Puts a circuit to which nothing has happened yet back to what was written down.
 *
 * What is left of an open state is at most `maxResetTimeout`, of any state at most what was left when it was saved,
 * whichever way the wall clock has moved since. A half-open circuit is due for its next probe. Counts older than the
 * window, or without one the reset timeout, are dropped.
 */
export function resumeFrom(circuit: Circuit, record: CircuitRecord, clock: Clock): void {
  const { settings, tally } = circuit;
  const now = clock.now();
  const awayMs = Math.max(0, clock.epoch() - record.savedAt);
  const toInstant = (at: number): number => now - awayMs - Math.max(0, record.savedAt - at);
  const isStale = awayMs >= settings.resetTimeoutMs;
  const next = resumedState(record, awayMs, settings.maxResetTimeoutMs);
  if (next === undefined) return;
  if (next.state !== 'closed') circuit.resume({ ...next, until: now + next.until });
  if (record.lastFailure !== undefined) {
    tally.lastFailureAt = toInstant(record.lastFailure.at);
    tally.lastCategory = record.lastFailure.category;
  }
  tally.consecutiveFailures = isStale && next.state !== 'open' ? 0 : record.consecutiveFailures;
  tally.window = readWindow(record.window, settings.window, { toInstant, now, isStale });
}

/** The state with what is left of it, ms, in `until`; `undefined` where its time is over and nothing stays. */
function resumedState(record: CircuitRecord, awayMs: number, maxOpenMs: number): ResumedState | undefined {
  const { state, reopenings: growth } = record;
  if (state === 'closed') return { state, until: 0, growth };
  const leftMs = record.until === undefined ? Infinity : record.until - record.savedAt - awayMs;
  if (state === 'open') return { state, until: clamp(leftMs, maxOpenMs), growth };
  if (state === 'halfOpen') return { state: 'open', until: 0, growth };
  return leftMs > 0 ? { state, until: leftMs, growth } : undefined;
}

function clamp(ms: number, most: number): number {
  return Math.max(0, Math.min(ms, most));
}
