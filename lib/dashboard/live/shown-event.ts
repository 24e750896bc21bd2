import type { ResilienceEvent, ResilienceEventType } from '../../core/events/event-types.js';
import { printable } from '../../core/printable.js';
import { fullError } from '../../nest/logging/describe-error.js';

/** An event as it is sent: without stacks, arguments and what is likely to be a secret. */
export type ShownEvent = Readonly<Record<string, unknown>> & {
  readonly type: ResilienceEventType;
  readonly at: number;
};

const LONGEST_TEXT = 500;

/** What happens seldom, and is always remembered: changes of state, by themselves, by hand and by configuration. */
export const rareTypes = [
  'circuitOpened',
  'circuitHalfOpened',
  'circuitClosed',
  'adminAction',
  'configReloaded',
  'configReloadFailed',
  'storeUnavailable',
  'storeRecovered',
] as const satisfies readonly ResilienceEventType[];

/** What a call may bring about each time: told only to who watches, equal ones of a second as one. */
export const frequentTypes = [
  'retry',
  'failure',
  'retriesExhausted',
  'callRejected',
  'fallbackUsed',
  'fallbackFailed',
  'timeout',
  'hedged',
  'budgetExhausted',
  'diagnostic',
] as const satisfies readonly ResilienceEventType[];

/** Names are kept whole, for they are what somebody acts on; all other text is cut. */
const names = new Set(['policy', 'operation', 'breaker', 'key', 'budget']);

/** The longest name that is shown and can be acted on. */
export const LONGEST_NAME = 1024;

export function shown(event: ResilienceEvent): ShownEvent {
  const members = Object.entries(event).map(([name, value]) => [name, shownMember(name, value)] as const);
  return Object.fromEntries(members) as unknown as ShownEvent;
}

function shownMember(name: string, value: unknown): unknown {
  if (name === 'error') return printable(fullError(value), LONGEST_TEXT);
  if (typeof value === 'string')
    return names.has(name) ? value.slice(0, LONGEST_NAME) : printable(value, LONGEST_TEXT);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => printable(String(item)));
  return typeof value === 'boolean' ? value : undefined;
}
