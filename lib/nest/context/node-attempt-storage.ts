import { AsyncLocalStorage } from 'node:async_hooks';
import type { AttemptContext } from '../../core/attempt-context.js';
import type { AttemptStorage } from '../../core/attempt-storage.js';

/** What all applications and all copies of the package in one process share: code runs in one attempt at a time. */
interface SharedContext {
  readonly storage: AsyncLocalStorage<AttemptContext | undefined>;
  /** Some application carries attempts along. */
  isUsed: boolean;
}

const CONTEXT = Symbol.for('nestjs-holdfast.attempt-context');

const holder = globalThis as { [CONTEXT]?: SharedContext };

export const sharedContext = (holder[CONTEXT] ??= { storage: new AsyncLocalStorage(), isUsed: false });

/** Carries attempts along the async context of Node. */
export const nodeAttemptStorage: AttemptStorage = {
  run: (attempt, fn) => sharedContext.storage.run(attempt, fn),
  current: () => sharedContext.storage.getStore(),
};

/** For an application that carries attempts along. */
export function useAttemptStorage(): AttemptStorage {
  sharedContext.isUsed = true;
  return nodeAttemptStorage;
}
