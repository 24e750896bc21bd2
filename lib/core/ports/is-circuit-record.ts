import type { CircuitRecord } from './circuit-record.js';

/** Longer names and keys are not written down: they would make the store, not the circuit, the largest thing there is. */
export const LONGEST_NAME = 4096;

const states: readonly unknown[] = ['closed', 'open', 'halfOpen', 'forcedOpen', 'disabled', 'observing'];

/** Whether something that came from outside, parsed from JSON, is a record. */
export function isCircuitRecord(value: unknown): value is CircuitRecord {
  if (!isObject(value)) return false;
  return (
    isName(value['breaker']) &&
    (value['key'] === undefined || isName(value['key'])) &&
    states.includes(value['state']) &&
    isNumber(value['savedAt']) &&
    (value['until'] === undefined ? !isManual(value['state']) : isNumber(value['until'])) &&
    isCount(value['reopenings']) &&
    isCount(value['consecutiveFailures']) &&
    (value['window'] === undefined || isWindow(value['window'])) &&
    (value['lastFailure'] === undefined || isFailure(value['lastFailure']))
  );
}

function isManual(state: unknown): boolean {
  return state === 'forcedOpen' || state === 'disabled' || state === 'observing';
}

function isWindow(window: unknown): boolean {
  if (!isObject(window)) return false;
  if (window['type'] === 'count')
    return typeof window['samples'] === 'string' && /^[.sfF]*$/.test(window['samples']);
  return window['type'] === 'time' && Array.isArray(window['buckets']) && window['buckets'].every(isBucket);
}

function isBucket(bucket: unknown): boolean {
  if (!isObject(bucket) || !isNumber(bucket['at'])) return false;
  const { recorded, failed, slow } = bucket;
  return (
    isCount(recorded) &&
    isCount(failed) &&
    isCount(slow) &&
    Math.max(Number(failed), Number(slow)) <= Number(recorded)
  );
}

function isFailure(failure: unknown): boolean {
  return isObject(failure) && isNumber(failure['at']) && /^[a-zA-Z]{1,40}$/.test(String(failure['category']));
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
