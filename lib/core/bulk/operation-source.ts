import { ResilienceConfigError } from '../errors/config-error.js';
import { describeValue } from '../options/describe-value.js';
import type { Place } from '../options/place.js';
import { issueLine } from '../options/place.js';
import { disownPromise } from '../sync-result.js';
import type { BulkOperation, BulkOperations } from './bulk-types.js';

type AnyIterator = Iterator<BulkOperation> | AsyncIterator<BulkOperation>;

/** What an iterator says when it is asked for the next operation. */
export type Step = IteratorResult<BulkOperation>;

/** The operations of a bulk, read one at a time. */
export class OperationSource {
  /** How many there are; `undefined` where nobody knows. */
  readonly total: number | undefined;
  private readonly iterator: AnyIterator;

  constructor(operations: BulkOperations) {
    // A copy: what the user does to his array later concerns no bulk that has begun.
    const items = Array.isArray(operations) ? [...(operations as readonly BulkOperation[])] : undefined;
    this.total = items?.length;
    this.iterator = iteratorOf(items ?? operations);
  }

  /** The next one, or a promise of it; throws what the iterable throws. */
  read(): Step | Promise<Step> {
    return this.iterator.next();
  }

  /** Tells the iterable that no more is read of it; nobody waits for what it does then. */
  close(): unknown {
    return this.iterator.return?.();
  }
}

function iteratorOf(operations: BulkOperations): AnyIterator {
  return Symbol.asyncIterator in operations
    ? operations[Symbol.asyncIterator]()
    : operations[Symbol.iterator]();
}

/** Problems of a list that are told one by one; a list of a million promises has one mistake, not a million. */
const MOST_TOLD = 10;

/** Reports what cannot be the operations of a bulk. What an iterable gives is seen only when it is read. */
export function checkOperations(operations: unknown, at: Place): void {
  if (!isIterable(operations))
    at.expected('an array, an iterable or an async iterable of functions', operations);
  if (!Array.isArray(operations)) return;
  let wrong = 0;
  for (const [index, operation] of operations.entries()) {
    if (typeof operation === 'function') continue;
    disownPromise(operation);
    if (++wrong <= MOST_TOLD) at.item(index).problem(noFunction(operation));
  }
  if (wrong > MOST_TOLD) at.problem(`${wrong - MOST_TOLD} more that are no functions`);
}

/** The error of something in an iterable that is no operation. */
export function notAnOperation(operation: unknown, index: number): ResilienceConfigError {
  disownPromise(operation);
  const issue = issueLine(`executeAll.operations[${index}]`, noFunction(operation));
  return new ResilienceConfigError({ issues: [issue] });
}

function noFunction(operation: unknown): string {
  return `expected a function that begins the operation (got ${describeValue(operation)})`;
}

function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } = value as Record<symbol, unknown>;
  return typeof sync === 'function' || typeof async === 'function';
}
