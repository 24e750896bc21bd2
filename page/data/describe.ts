import { duration, shownName, stateNames, strategyNames } from './format.js';
import type { HappenedEvent } from './types.js';

/** Kinds of events, as the filter offers them. */
export const kinds = {
  state: 'State changes',
  hand: 'By hand',
  failure: 'Failures',
  rejection: 'Rejections',
  retry: 'Retries',
  other: 'Other',
} as const;

export type Kind = keyof typeof kinds;

const kindOf: Record<string, Kind> = {
  circuitOpened: 'state',
  circuitHalfOpened: 'state',
  circuitClosed: 'state',
  adminAction: 'hand',
  failure: 'failure',
  timeout: 'failure',
  retriesExhausted: 'failure',
  fallbackFailed: 'failure',
  fallbackUsed: 'failure',
  callRejected: 'rejection',
  budgetExhausted: 'rejection',
  retry: 'retry',
};

export function kind(event: HappenedEvent): Kind {
  return kindOf[event.type] ?? 'other';
}

/** How bad it is, for its colour. */
export function tone(event: HappenedEvent): 'bad' | 'warn' | 'good' | 'plain' {
  if (event.type === 'circuitOpened') return 'bad';
  if (event.type === 'storeRecovered') return 'good';
  if (event.type === 'circuitClosed') return event.to === 'closed' ? 'good' : 'warn';
  if (
    ['failure', 'retriesExhausted', 'fallbackFailed', 'configReloadFailed', 'storeUnavailable'].includes(
      event.type,
    )
  )
    return 'bad';
  if (['circuitHalfOpened', 'callRejected', 'timeout', 'adminAction', 'budgetExhausted'].includes(event.type))
    return 'warn';
  return 'plain';
}

const reasons: Record<string, string> = {
  failureThreshold: 'too many failures in a row',
  failureRatio: 'too many failures in the window',
  slowCallRatio: 'too many slow calls',
  probeFailed: 'a probe failed',
  resetTimeout: 'the reset timeout is over',
  probes: 'probes succeeded',
  manual: 'by hand',
  ttl: 'its time to live is over',
  shared: 'other instances opened it',
  observing: 'only observed',
};

type Sentence = (event: HappenedEvent) => string;

const place = (event: HappenedEvent): string => shownName(event.operation || event.policy, 60);
/** What the library itself fails with says in its code all that there is room for. */
const ownCode = /^([A-Z]+(?:_[A-Z]+)+): .*$/s;
const brief = ({ error: text = '' }: HappenedEvent): string => text.replace(ownCode, '$1');
const error = (event: HappenedEvent): string => (event.error ? `: ${brief(event)}` : '');
const circuit = (event: HappenedEvent): string =>
  shownName(event.breaker ?? '', 60) + (event.key === undefined ? '' : ` [${shownName(event.key, 30)}]`);
const change: Sentence = (event) =>
  `${circuit(event)} ${event.reason === 'observing' ? 'would be' : 'is'} ${stateNames[event.to ?? 'closed'].toLowerCase()}: ` +
  `${reasons[event.reason ?? ''] ?? event.reason}${event.error ? ` (${brief(event)})` : ''}`;

const sentences: Record<string, Sentence> = {
  circuitOpened: change,
  circuitHalfOpened: change,
  circuitClosed: change,
  adminAction: (event) =>
    `${event.actor}: ${event.action} ${circuit(event)}${event.ttl === undefined ? '' : ` for ${duration(event.ttl)}`}`,
  retry: (event) =>
    `${place(event)} retries, attempt ${event.attempt} of ${event.maxAttempts}${error(event)}`,
  failure: (event) => `${place(event)} failed (${event.outcome})${error(event)}`,
  retriesExhausted: (event) => `${place(event)} gave up after ${event.attempt} attempts${error(event)}`,
  callRejected: (event) =>
    `${place(event)} ${event.observed ? 'would be' : 'was'} rejected by the ${strategyNames[event.reason ?? ''] ?? event.reason}`,
  fallbackUsed: (event) => `${place(event)} was answered by a fallback${error(event)}`,
  fallbackFailed: (event) => `A fallback of ${place(event)} failed${error(event)}`,
  timeout: (event) => `${place(event)} timed out after ${duration(event.timeout ?? 0)} (${event.scope})`,
  hedged: (event) => `${place(event)} was hedged (${event.outcome})`,
  budgetExhausted: (event) => `${place(event)} may not retry: the retry budget is used up`,
  configReloaded: (event) => `Options of ${event.policies?.length ?? 0} policies were reloaded`,
  configReloadFailed: (event) => `Options were not reloaded${error(event)}`,
  storeUnavailable: (event) => `${event.store} cannot be used, state stays in memory${error(event)}`,
  storeRecovered: (event) => `${event.store} can be used again`,
  diagnostic: (event) => (event.operation ? `${place(event)}: ` : '') + (event.message ?? ''),
};

/** What happened, as a sentence. */
export function describe(event: HappenedEvent): string {
  return sentences[event.type]?.(event) ?? event.type;
}
