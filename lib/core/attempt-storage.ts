import type { AttemptContext } from './attempt-context.js';

/**
 * Carries the attempt under way to everything that its operation calls, so that inner calls keep to its deadline.
 *
 * What a runtime has for this is an `AsyncLocalStorage`; the engine itself knows of none.
 *
 * @example
 * ```ts
 * const storage = new AsyncLocalStorage<AttemptContext | undefined>();
 * const context: AttemptStorage = { run: (attempt, fn) => storage.run(attempt, fn), current: () => storage.getStore() };
 * const policy = createPolicy({ timeout: '2s' }, { context });
 * ```
 */
export interface AttemptStorage {
  /**
   * Calls a function at once, and gives what it returns or throws. `current()` gives `attempt` to it and to all that it
   * begins, however late that runs; `undefined` stands for code outside every call.
   */
  run<T>(attempt: AttemptContext | undefined, fn: () => T): T;
  /** What `run` was given last on the way to the code that asks. */
  current(): AttemptContext | undefined;
}

/** What surrounds code that asks for its attempt; it may be over, while something that it began goes on. */
export interface Surroundings extends AttemptContext {
  /** False once its operation has settled: what still runs is work of its own. */
  readonly isLive: boolean;
  /** What surrounds the call that this attempt is of. */
  readonly outer: AttemptContext | undefined;
}

/** The innermost attempt, from the given one outwards, whose operation still runs. */
export function liveAttempt(attempt: AttemptContext | undefined): AttemptContext | undefined {
  let found = attempt;
  while (isOver(found)) found = found.outer;
  return found;
}

/** What surrounds an attempt; `undefined` also where nobody can tell. */
export function outerAttempt(attempt: AttemptContext): AttemptContext | undefined {
  return 'outer' in attempt ? liveAttempt((attempt as Surroundings).outer) : undefined;
}

/** Told by its members, not its class: it may come from another copy of the package. */
function isOver(attempt: AttemptContext | undefined): attempt is Surroundings {
  return attempt !== undefined && (attempt as Partial<Surroundings>).isLive === false;
}
