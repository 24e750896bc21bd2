import type {
  AdminActionEvent,
  CircuitEvent,
  ResilienceEventOf,
  ResilienceEventType,
} from '../../core/events/event-types.js';
import type { LoggingKey } from '../../core/logging-options.js';
import { printable } from '../../core/printable.js';
import { briefError, fullError } from './describe-error.js';
import { redactUrls } from './redact.js';

/** Lines end here, whatever they are made of. */
export const LONGEST_LINE = 1024;

/** The event behind each logging option. */
export const eventOfKey = {
  retry: 'retry',
  exhausted: 'retriesExhausted',
  opened: 'circuitOpened',
  halfOpened: 'circuitHalfOpened',
  closed: 'circuitClosed',
  rejected: 'callRejected',
  timeout: 'timeout',
  budgetExhausted: 'budgetExhausted',
  fallbackUsed: 'fallbackUsed',
  fallbackFailed: 'fallbackFailed',
  storeUnavailable: 'storeUnavailable',
  storeRecovered: 'storeRecovered',
  diagnostic: 'diagnostic',
} as const satisfies Record<LoggingKey, ResilienceEventType>;

export type LoggedType = (typeof eventOfKey)[LoggingKey];
export type LoggedEvent = ResilienceEventOf<LoggedType>;

/** A line before it is put together: what happened, and the error that it happened with. */
interface Saying {
  readonly head: string;
  readonly error?: string;
}

type SayingOf<T extends LoggedType> = (event: ResilienceEventOf<T>) => Saying;

const sayings: { readonly [T in LoggedType]: SayingOf<T> } = {
  retry: ({ attempt, maxAttempts, operation, delay, error }) => ({
    head: `retry ${attempt}/${numeral(maxAttempts)} ${name(operation)} in ${Math.round(delay)} ms`,
    error: briefError(error),
  }),
  retriesExhausted: ({ attempt, maxAttempts, operation, reason, error }) => ({
    head: `exhausted ${attempt}/${numeral(maxAttempts)} ${name(operation)}${reason === 'exhausted' ? '' : ` (${reason})`}`,
    error: fullError(error),
  }),
  circuitOpened: circuitSaying,
  circuitHalfOpened: circuitSaying,
  circuitClosed: circuitSaying,
  callRejected: ({ attempt, operation, reason, breaker, observed }) => ({
    head:
      `${observed === true ? 'would reject' : 'rejected'} attempt ${attempt} of ${name(operation)} by ` +
      (breaker === undefined ? reason : `circuit breaker ${name(breaker)}`),
  }),
  timeout: ({ scope, attempt, operation, timeout }) => ({
    head: `timed out ${name(operation)} in attempt ${attempt} after ${Math.round(timeout)} ms (${scope})`,
  }),
  budgetExhausted: ({ attempt, operation, budget, error }) => ({
    head: `no retry budget in ${name(budget)} for ${name(operation)} after attempt ${attempt}`,
    error: briefError(error),
  }),
  fallbackUsed: ({ index, operation, error }) => ({
    head: `fallback ${index} answered for ${name(operation)}`,
    error: briefError(error),
  }),
  fallbackFailed: ({ index, operation, error }) => ({
    head: `fallback ${index} failed for ${name(operation)}`,
    error: fullError(error),
  }),
  storeUnavailable: ({ store, error }) => ({
    head: `${printable(redactUrls(store))} cannot be used; circuits go on in memory`,
    error: fullError(error),
  }),
  storeRecovered: ({ store }) => ({ head: `${printable(redactUrls(store))} can be used again` }),
  diagnostic: ({ message, operation, error }) => ({
    head: (operation === '' ? '' : `${name(operation)}: `) + printable(message, LONGEST_LINE / 2),
    ...(error === undefined ? {} : { error: fullError(error) }),
  }),
};

/** The line that an event makes: one line, at most {@link LONGEST_LINE} characters, without arguments, keys or secrets. */
export function lineOf(event: LoggedEvent): string {
  // Each saying takes the events of its own type; a lookup by the type cannot say so.
  const { head, error } = (sayings[event.type] as (event: LoggedEvent) => Saying)(event);
  return inOneLine(head, error, event.policy === '' ? '' : ` (policy=${name(event.policy)})`);
}

/** Room is taken from the error alone: what happened and where stays readable. */
function inOneLine(head: string, error: string | undefined, tail: string): string {
  if (error === undefined) return printable(head + tail, LONGEST_LINE);
  // The errors of this library name the policy at their end, too.
  if (tail !== '' && error.endsWith(tail)) return inOneLine(head, error.slice(0, -tail.length), tail);
  const room = Math.max(1, LONGEST_LINE - head.length - tail.length - 2);
  // Escaping makes a text longer, the error's as that of names, so it is cut after that, too.
  return printable(`${head}: ${printable(printable(error, LONGEST_LINE), room)}${tail}`, LONGEST_LINE);
}

const verbs: Readonly<Record<CircuitEvent['to'], string>> = {
  open: 'opened',
  halfOpen: 'half-opened',
  closed: 'closed',
  forcedOpen: 'forced open',
  disabled: 'disabled',
  observing: 'observing',
};

/** A key may be a tenant, a user, a token: the line says that there is one, not which. */
function circuitSaying({ breaker, key, to, reason, error }: CircuitEvent): Saying {
  const what = key === undefined ? name(breaker) : `one key of ${name(breaker)}`;
  const how = reason === 'observing' ? `would have ${verbs[to]} ${what}` : `${verbs[to]} ${what} (${reason})`;
  return { head: how, ...(error === undefined ? {} : { error: fullError(error) }) };
}

/** Who changed what by hand. */
export function adminLine({ actor, action, breaker, key, from, to, ttl }: AdminActionEvent): string {
  const what = key === undefined ? name(breaker) : `one key of ${name(breaker)}`;
  const until = ttl === undefined ? '' : ` for ${Math.round(ttl / 1000)} s`;
  return printable(`${name(actor)} did ${action} on ${what}${until}: ${from} → ${to}`, LONGEST_LINE);
}

function name(text: string): string {
  return printable(redactUrls(text));
}

function numeral(attempts: number): string {
  return attempts === Infinity ? '∞' : String(attempts);
}
