import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionContext } from '@nestjs/common';
import type { AttemptContext } from '../../core/attempt-context.js';

/** What all copies of the package in one process have to know of the requests under way. */
interface SharedMemory {
  /** Contexts that a pipeline protects at present: whoever else is bound to them stands back. */
  readonly protectedNow: WeakSet<ExecutionContext>;
  /**
   * The attempt under way for a request whose handler asks for it. By the async context, for a message may be any value
   * and Nest hands nothing else of its own to interceptors and parameters alike.
   */
  readonly attempts: AsyncLocalStorage<AttemptContext>;
}

const MEMORY = Symbol.for('nestjs-holdfast.interceptor-memory');

const holder = globalThis as { [MEMORY]?: SharedMemory };

export const { protectedNow, attempts } = (holder[MEMORY] ??= {
  protectedNow: new WeakSet(),
  attempts: new AsyncLocalStorage(),
});
