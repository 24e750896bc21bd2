import type { Observer } from 'rxjs';
import type { AttemptContext } from '../../core/attempt-context.js';
import type { AttemptStorage } from '../../core/attempt-storage.js';

type Storage = AttemptStorage | undefined;

/** Runs code of the user's as part of an attempt, whoever asks for it: a consumer has an async context of its own. */
export function inAttempt<T>(storage: Storage, attempt: AttemptContext, run: () => T): T {
  return storage === undefined ? run() : storage.run(attempt, run);
}

/**
 * The observer, as part of what surrounds the subscription: items come in the context of the source, which is none of
 * the subscriber's.
 */
export function outsideOfAttempt(storage: Storage, observer: Observer<unknown>): Observer<unknown> {
  if (storage === undefined) return observer;
  const outer = storage.current();
  return {
    next: (item) => storage.run(outer, () => observer.next(item)),
    error: (error: unknown) => storage.run(outer, () => observer.error(error)),
    complete: () => storage.run(outer, () => observer.complete()),
  };
}
