/** An entry that rejects the call: made by `scripted.throws`. */
export class Thrown {
  // Private, so that no result of the same shape is taken for an entry, by type or at run time.
  readonly #reason: unknown;

  constructor(reason: unknown) {
    this.#reason = reason;
  }

  settle(): never {
    throw this.#reason;
  }
}

/** An entry that resolves the call: made by `scripted.returns`. */
export class Returned<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  settle(): T {
    return this.#value;
  }
}

/** What a call of a script with entries `E` resolves to. */
export type ScriptResult<E> = E extends Thrown | Error
  ? never
  : E extends Returned<infer T>
    ? T
    : E extends (...args: any[]) => infer R
      ? Awaited<R>
      : E;

/** An operation that does as it was told, and remembers how it was called. */
export interface ScriptedOperation<T, A extends unknown[] = any[]> {
  (...args: A): Promise<T>;
  /** How often it was called. */
  readonly calls: number;
  /** The arguments of each call, the first call first. */
  readonly args: readonly A[];
}

/**
 * Makes an operation that fails as told: each call takes the next entry of the script, and the last entry repeats.
 *
 * An `Error` rejects the call with that very error; a function is called with the operation's `this` and arguments and
 * settles the call as it does; anything else is the result. `scripted.throws(reason)` rejects with what is no error,
 * `scripted.returns(value)` resolves with an error or a function. The operation always returns a promise.
 *
 * @throws TypeError when the script is empty.
 *
 * @example
 * ```ts
 * const charge = scripted([new Error('down'), new Error('still down'), { id: 7 }]);
 * await policy.execute(charge);
 * expect(charge.calls).toBe(3);
 * ```
 */
export function scripted<E, A extends unknown[] = any[]>(
  script: readonly E[],
): ScriptedOperation<ScriptResult<E>, A> {
  if (script.length === 0) throw new TypeError('Expected a script of at least one entry.');
  const entries = [...script];
  const args: A[] = [];
  async function operation(this: unknown, ...given: A): Promise<ScriptResult<E>> {
    args.push(given);
    return play(entries[Math.min(args.length, entries.length) - 1], this, given) as ScriptResult<E>;
  }
  Object.defineProperties(operation, { calls: { get: () => args.length }, args: { value: args } });
  return operation as ScriptedOperation<ScriptResult<E>, A>;
}

/** An entry that rejects the call with `reason`, whatever it is. */
scripted.throws = (reason: unknown): Thrown => new Thrown(reason);

/** An entry that resolves the call with `value`, be it an error or a function. */
scripted.returns = <T>(value: T): Returned<T> => new Returned(value);

function play(entry: unknown, self: unknown, args: unknown[]): unknown {
  if (entry instanceof Thrown || entry instanceof Returned) return entry.settle();
  if (isError(entry)) throw entry;
  return typeof entry === 'function' ? Reflect.apply(entry, self, args) : entry;
}

/** Errors of another realm included: under jest, those of fetch and of node modules are. */
function isError(value: unknown): boolean {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
