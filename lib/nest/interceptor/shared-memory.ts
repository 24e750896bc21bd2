import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionContext } from '@nestjs/common';
import type { AttemptContext } from '../../core/attempt-context.js';

/** Under these names all copies of the package in one process know of the requests under way. */
const PROTECTED = Symbol.for('nestjs-holdfast.protected');
const ATTEMPTS = Symbol.for('nestjs-holdfast.handler-attempts');

interface Marked extends ExecutionContext {
  [PROTECTED]?: boolean;
}

/** Whether a pipeline protects the request at present: whoever else is bound to it stands back. */
export function isProtected(context: Marked): boolean {
  return context[PROTECTED] === true;
}

/** By a mark on it: to remember it in a set costs several times as much. */
export function setProtected(context: Marked, isNow: boolean): void {
  context[PROTECTED] = isNow;
}

const holder = globalThis as { [ATTEMPTS]?: AsyncLocalStorage<AttemptContext> };

/**
 * The attempt under way for a request whose handler asks for it. By the async context, for a message may be any value
 * and Nest hands nothing else of its own to interceptors and parameters alike.
 */
export const attempts = (holder[ATTEMPTS] ??= new AsyncLocalStorage());
