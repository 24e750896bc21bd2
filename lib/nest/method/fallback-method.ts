import type { FallbackHandler } from '../../core/fallback/fallback-options.js';
import { FALLBACK_METHOD } from '../resilience.constants.js';

type HandlerFunction = Extract<FallbackHandler, (...args: any[]) => unknown>;

/** A handler that calls a method of the instance by its name. */
export function methodHandler(name: string): FallbackHandler {
  const handler: HandlerFunction = function (this: any, ...args) {
    return this[name](...args) as unknown;
  };
  return Object.defineProperty(handler, FALLBACK_METHOD, { value: name });
}

/** The method that a handler calls; `undefined` for other handlers. */
export function methodOfHandler(handler: FallbackHandler): string | undefined {
  return typeof handler === 'function'
    ? (handler as { [FALLBACK_METHOD]?: string })[FALLBACK_METHOD]
    : undefined;
}
