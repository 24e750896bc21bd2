import { causeOf, MAX_LINKS } from '../classify/links.js';
import { speaksOfItsCause } from '../classify/own-errors.js';
import { isResilienceError } from '../errors/is-resilience-error.js';
import { refusePromise } from '../sync-result.js';

/** The longest retry-after header that is looked at; a longer one is not a number or a date anybody meant. */
const LONGEST_HEADER = 64;

/**
 * The pause that a server asked for, in milliseconds; `undefined` where none was given.
 *
 * Read from `retry-after-ms` and `retry-after` (seconds or HTTP date) among the headers of `error.response` or of
 * `error`, from gRPC pushback (`grpc-retry-pushback-ms` in `error.metadata`), and from `retryAfter` of this library's
 * errors, also as they come over Nest's transports; the outermost error of the `cause` chain that has one decides. A date
 * in the past means 0, a negative pushback that no retry is wanted: `Infinity`.
 *
 * @see RFC 9110, section 10.2.3; gRFC A6 (pushback)
 */
export function retryAfterHint(error: unknown, epoch: () => number): number | undefined {
  let link = error;
  for (let i = 0; i < MAX_LINKS && typeof link === 'object' && link !== null; i += 1) {
    const hintMs = hintIn(link, epoch);
    if (hintMs !== undefined || !speaksOfItsCause(link)) return hintMs;
    link = causeOf(link);
  }
  return undefined;
}

function hintIn(error: object, epoch: () => number): number | undefined {
  try {
    const own = ownRetryAfter(error) ?? sentRetryAfter(error);
    if (own !== undefined) return own;
    const source = error as { response?: { headers?: unknown }; headers?: unknown; metadata?: unknown };
    return (
      fromHeaders(source.response?.headers, epoch) ??
      fromHeaders(source.headers, epoch) ??
      pushback(read(source.metadata, 'grpc-retry-pushback-ms'))
    );
  } catch {
    return undefined; // an error object that throws on access gives no hint
  }
}

/**
 * The pause that the option `retryAfter` tells, in milliseconds.
 *
 * @throws TypeError for an answer that is neither a pause nor `undefined`.
 */
export function checkedHint(answer: unknown): number | undefined {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer === 'number' && answer >= 0) return answer;
  refusePromise(answer, 'retryAfter');
  const got = typeof answer === 'number' ? String(answer) : typeof answer;
  throw new TypeError(`retryAfter returned ${got}; it must return milliseconds, 0 or more, or undefined`);
}

function fromHeaders(headers: unknown, epoch: () => number): number | undefined {
  return milliseconds(read(headers, 'retry-after-ms')) ?? secondsOrDate(read(headers, 'retry-after'), epoch);
}

/** One value of a `Headers` object, a gRPC `Metadata`, or a plain record, whatever its spelling. */
function read(headers: unknown, name: string): unknown {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const { get } = headers as { get?: unknown };
  const value = typeof get === 'function' ? (get.call(headers, name) as unknown) : byName(headers, name);
  return Array.isArray(value) ? (value[0] as unknown) : value;
}

function byName(headers: object, name: string): unknown {
  const record = headers as Record<string, unknown>;
  if (record[name] !== undefined) return record[name];
  const key = Object.keys(record).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : record[key];
}

function milliseconds(value: unknown): number | undefined {
  const text = asText(value);
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function pushback(value: unknown): number | undefined {
  return /^-\d+$/.test(asText(value) ?? '') ? Infinity : milliseconds(value);
}

function secondsOrDate(value: unknown, epoch: () => number): number | undefined {
  const seconds = milliseconds(value);
  if (seconds !== undefined) return seconds * 1000;
  const text = asText(value) ?? '';
  // Every form of an HTTP date tells the time of day; without one, Date.parse makes a date of nearly anything.
  const date = text.includes(':') ? Date.parse(inUtc(text)) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - epoch());
}

/** The oldest form of an HTTP date, asctime, ends with the year and names no zone; `Date.parse` would take the local one. */
function inUtc(date: string): string {
  return /:\d\d \d{4}$/.test(date) ? `${date} GMT` : date;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.length > LONGEST_HEADER) return undefined;
  return value.trim();
}

/** Exact, where the header that goes to clients is rounded up; other libraries' `retryAfter` may mean seconds. */
function ownRetryAfter(error: object): number | undefined {
  return isResilienceError(error) ? usable((error as { retryAfter?: unknown }).retryAfter) : undefined;
}

/** As `ResilienceExceptionFilter` sends this library's errors to messages and WebSockets: with exactly these fields. */
function sentRetryAfter(error: object): number | undefined {
  const { status, code, statusCode, retryAfter } = error as Record<string, unknown>;
  const isOurs = status === 'error' && typeof code === 'string' && typeof statusCode === 'number';
  return isOurs ? usable(retryAfter) : undefined;
}

function usable(retryAfter: unknown): number | undefined {
  return typeof retryAfter === 'number' && retryAfter >= 0 && Number.isFinite(retryAfter)
    ? retryAfter
    : undefined;
}
