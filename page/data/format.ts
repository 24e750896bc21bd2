import type { State } from './types.js';

export const stateNames: Record<State, string> = {
  closed: 'Closed',
  open: 'Open',
  halfOpen: 'Half-open',
  forcedOpen: 'Forced open',
  disabled: 'Disabled',
  observing: 'Observing',
};

/** Names of strategies as people say them. */
export const strategyNames: Record<string, string> = {
  circuitBreaker: 'circuit breaker',
  adaptiveThrottle: 'adaptive throttle',
  rateLimiter: 'rate limiter',
  bulkhead: 'bulkhead',
  shutdown: 'shutdown',
};

export function count(value: number): string {
  if (value < 1000) return String(Math.round(value));
  if (value < 100_000) return `${(value / 1000).toFixed(1)}k`;
  return `${Math.round(value / 1000)}k`;
}

export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

/** A length of time, short. */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour12: false });
}

/** Names come from anywhere: what cannot be seen is shown as a mark, and long ones are cut in the middle. */
export function shownName(name: string, longest = 120): string {
  const cut = name.length > longest ? `${name.slice(0, longest - 20)}…${name.slice(-19)}` : name;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');
}
