import { eventTypes, type ResilienceEventType } from './event-types.js';

/** One bit for each event type, so that "does anybody listen?" is one comparison on the hot path. */
const bits = new Map<ResilienceEventType, number>(eventTypes.map((type, index) => [type, 1 << index]));

export function bitOf(type: ResilienceEventType): number {
  return bits.get(type) ?? 0;
}

export const EVERY_EVENT = (1 << eventTypes.length) - 1;

export const ATTEMPT_STARTED = bitOf('attemptStarted');
export const SUCCESS = bitOf('success');

/** Events that tell a duration: a call reads the clock at its start only where somebody listens to one of these. */
export const TIMED_EVENTS = SUCCESS | bitOf('failure') | bitOf('fallbackUsed');
export const TIMED_ATTEMPTS = bitOf('attemptFailed');

/** Events for which every call does something, be it only that it reads the clock. */
export const CALL_EVENTS = TIMED_EVENTS | TIMED_ATTEMPTS | ATTEMPT_STARTED;

/** Those that tell of no refused call: who listens to them alone need not hear of one. */
const TOLD_OF_OTHERS = (
  ['circuitOpened', 'circuitHalfOpened', 'circuitClosed', 'hedged', 'budgetExhausted'] as const
).reduce((mask, type) => mask | bitOf(type), 0);

/** Events for which a call that an open circuit refuses has to go the long way. */
export const REFUSAL_EVENTS = EVERY_EVENT & ~TOLD_OF_OTHERS;
