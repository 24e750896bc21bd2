import { causeOf, MAX_LINKS, membersOf } from './classify/links.js';
import { brandOf } from './errors/brand.js';
import { asideOf, isOwn, setAside } from './errors/resilience-error.js';

/** How a call came to its end. */
export type CallReason =
  | 'success'
  | 'exhausted'
  | 'permanent'
  | 'notIdempotent'
  | 'budget'
  | 'hint'
  | 'timeout'
  | 'aborted'
  | 'rejected'
  | 'nested'
  | 'shutdown';

/** What happened in one call. */
export interface CallReport {
  readonly policy: string;
  readonly operation: string;
  /** Attempts made, rejected ones included. */
  readonly attempts: number;
  /** Their errors in order; of more than 18 the first 9 and the last 9. */
  readonly errors: readonly unknown[];
  /** The delays between them, milliseconds; of more than 18 the first 9 and the last 9. */
  readonly delays: readonly number[];
  /** Milliseconds of the whole call; absent where its policy needed no clock and nobody listened. */
  readonly duration?: number;
  readonly reason: CallReason;
}

const KEPT_AT_EACH_END = 9;

/** Keeps the first and the last nine of what is added: a call of ten thousand attempts stays small. */
export class BoundedList<T> {
  private readonly first: T[] = [];
  private readonly last: T[] = [];

  add(item: T): void {
    if (this.first.length < KEPT_AT_EACH_END) this.first.push(item);
    else {
      if (this.last.length === KEPT_AT_EACH_END) this.last.shift();
      this.last.push(item);
    }
  }

  toArray(): readonly T[] {
    return [...this.first, ...this.last];
  }
}

/** What is known of an error beyond the error itself; kept aside because errors belong to the user. */
export interface ErrorEntry {
  readonly report: CallReport;
  /**
   * Place, in the order of all attempts of this process, of the first attempt of the latest call that gave up retrying
   * with this error; -1 where none has. Layers around that call which let the error pass keep it.
   */
  readonly givenUpSince: number;
}

export const NEVER = -1;

const foreign = new WeakMap<object, ErrorEntry>();

/** By error. Nothing is written to errors of others. */
const entries = {
  get: (error: object): ErrorEntry | undefined =>
    isOwn(error) ? (asideOf(error) as ErrorEntry | undefined) : foreign.get(error),
  set(error: object, entry: ErrorEntry): void {
    if (isOwn(error)) setAside(error, entry);
    else foreign.set(error, entry);
  },
};

/**
 * The report of the call that ended with this error; `undefined` for primitives and for errors of no call.
 *
 * Where one error object ended several calls, the latest of them. Nothing is written to the error itself.
 *
 * @public
 */
export function callReport(error: unknown): CallReport | undefined {
  return isObject(error) ? entries.get(error)?.report : undefined;
}

/** @param sequence - of the call's first attempt */
export function rememberReport(error: unknown, report: CallReport, sequence: number): void {
  if (!isObject(error)) return;
  const givenUpSince = gaveUp(report) ? sequence : (entries.get(error)?.givenUpSince ?? NEVER);
  entries.set(error, { report, givenUpSince });
}

/** Lets a value that a caller gets in place of an error tell what the error would have told. */
export function handOnReport(error: object, value: object): void {
  const entry = entries.get(error);
  if (entry !== undefined) entries.set(value, entry);
}

/** Aggregates within aggregates are not followed, which also ends those that contain themselves. */
const MAX_NESTING = 1;

/**
 * Whether an inner call that began after `sequence` gave up retrying with this error or one of its causes: made at
 * least two attempts and ended for want of attempts, budget or time for a server's hint. An `AggregateError` counts if
 * all its members do, a `BulkFailureError` if any operation of it did: to repeat the bulk is to repeat that operation.
 */
export function innerCallGaveUp(error: unknown, sequence: number, nesting = 0): boolean {
  let link: unknown = error;
  for (let depth = 0; depth < MAX_LINKS && isObject(link); depth++) {
    if ((entries.get(link)?.givenUpSince ?? NEVER) > sequence) return true;
    const members = nesting < MAX_NESTING ? membersOf(link) : undefined;
    if (members !== undefined) return members.every((one) => innerCallGaveUp(one, sequence, nesting + 1));
    if (nesting < MAX_NESTING && failuresOf(link).some((one) => innerCallGaveUp(one, sequence, nesting + 1)))
      return true;
    link = causeOf(link);
  }
  return false;
}

/** What the operations of a bulk failed with, where the error is that of a bulk. */
function failuresOf(error: object): readonly unknown[] {
  if (brandOf(error) !== 'BULK_FAILURE') return [];
  return (error as { readonly failed: readonly { readonly error: unknown }[] }).failed.map(
    (one) => one.error,
  );
}

function gaveUp({ attempts, reason }: CallReport): boolean {
  return attempts >= 2 && (reason === 'exhausted' || reason === 'budget' || reason === 'hint');
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
