import { AsyncLocalStorage } from 'node:async_hooks';
import type { AttemptContext } from '../../lib/core/attempt-context.js';
import { liveAttempt, type AttemptStorage } from '../../lib/core/attempt-storage.js';
import { virtualEngine } from './virtual-policy.js';

/** What carries attempts on this platform, one for each test. */
export function attemptStorage(): AttemptStorage {
  const storage = new AsyncLocalStorage<AttemptContext | undefined>();
  return { run: (attempt, fn) => storage.run(attempt, fn), current: () => storage.getStore() };
}

/** As `virtualEngine`, with attempts that are carried along; `attempt()` tells the one that the caller runs in. */
export function carryingEngine() {
  const context = attemptStorage();
  return { ...virtualEngine({ context }), attempt: () => liveAttempt(context.current()) };
}
