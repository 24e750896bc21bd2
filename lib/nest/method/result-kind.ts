import { isObservable } from 'rxjs';
import { isThenable } from '../../core/sync-result.js';

/** How a method gives its result. */
export type StreamKind = 'promise' | 'observable' | 'iterable';

/** What can be told without a call: from the function itself, else from the return type that TypeScript recorded. */
export function declaredKind(fn: Function, prototype: object, key: PropertyKey): StreamKind | undefined {
  const { name } = fn.constructor;
  if (name === 'AsyncFunction') return 'promise';
  if (name === 'AsyncGeneratorFunction') return 'iterable';
  const type: unknown = Reflect.getMetadata('design:returntype', prototype, key as string | symbol);
  if (type === Promise) return 'promise';
  return isObservableClass(type) ? 'observable' : undefined;
}

/** What a result turned out to be; `undefined` for a plain value, which tells nothing of the next one. */
export function kindOf(result: unknown): StreamKind | undefined {
  if (isObservable(result)) return 'observable';
  if (isThenable(result)) return 'promise';
  return isAsyncIterable(result) && !isPlatformStream(result) ? 'iterable' : undefined;
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function'
  );
}

/** Node's streams and the web's are async iterable, too; they pass as values, for consumers want the stream itself. */
function isPlatformStream(value: AsyncIterable<unknown>): boolean {
  const { pipe, getReader } = value as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}

/** By name: rxjs may be loaded twice. */
function isObservableClass(type: unknown): boolean {
  if (typeof type !== 'function') return false;
  const { prototype } = type as { prototype?: { subscribe?: unknown; pipe?: unknown } };
  return typeof prototype?.subscribe === 'function' && typeof prototype.pipe === 'function';
}
