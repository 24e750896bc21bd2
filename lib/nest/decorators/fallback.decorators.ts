import type { Observable } from 'rxjs';
import type { FallbackHandler, FallbackOptions } from '../../core/fallback/fallback-options.js';
import { applying } from './apply.js';
import type {
  Composable,
  InstanceTarget,
  MethodProtection,
  Protectable,
  ProtectableDescriptor,
} from './decorator-types.js';
import { methodHandler } from '../method/fallback-method.js';

/** A function with the error and the method's arguments, `this` being the instance, or the name of a method. */
export type FallbackSource<A extends unknown[] = any[]> =
  ((this: any, error: any, ...args: A) => unknown) | string | { readonly value: unknown };

/** When the fallback answers, and how long each handler may take. */
export type FallbackRules = Pick<FallbackOptions, 'on' | 'timeout'>;

/** Handlers and rules together, as a policy's `fallback` has them. */
export interface FallbackChain extends FallbackRules {
  readonly handlers: readonly FallbackSource[];
}

/**
 * Answers a failed call; replaces the policy's fallback. Several handlers are tried in order, and so are several of
 * these decorators on one method, from the top.
 *
 * A method's name is checked at boot. Handlers get the error, then the arguments of the call.
 *
 * @param handlers a function, the name of a method of the class, `{ value }`, a list of them, or
 * `{ handlers, on, timeout }` as in a policy
 * @param rules which errors it answers and how long a handler may take
 *
 * @public
 */
export function Fallback(
  handlers: FallbackSource | readonly FallbackSource[] | FallbackChain,
  rules: FallbackRules = {},
): MethodProtection {
  const chain = isChain(handlers) ? handlers : { handlers };
  const list = (
    Array.isArray(chain.handlers) ? chain.handlers : [chain.handlers]
  ) as readonly FallbackSource[];
  return fallback('@Fallback', { ...chain, ...rules, handlers: list.map(toHandler) });
}

function isChain(handlers: object | string): handlers is FallbackChain {
  return typeof handlers === 'object' && handlers !== null && 'handlers' in handlers;
}

/** The value that a protected method resolves to, or gives item by item. */
type Resolved<R> =
  R extends Promise<infer V>
    ? V
    : R extends Observable<infer V>
      ? V
      : R extends AsyncIterable<infer V>
        ? V
        : never;

/** The same type, also where it is written as a literal: arrays in it may be readonly. */
type AsLiteral<T> = unknown extends T
  ? T
  : T extends Function
    ? T
    : { readonly [K in keyof T]: AsLiteral<T[K]> };

/** A decorator for methods that may resolve to this value. */
export interface FallbackProtection<V> extends Composable {
  <M extends Protectable>(
    target: InstanceTarget,
    key: string | symbol,
    descriptor: Awaited<V> extends AsLiteral<Resolved<ReturnType<M>>> ? ProtectableDescriptor<M> : never,
  ): void;
}

/**
 * Answers a failed call with a value, which must fit what the method resolves to; a function is called for each call,
 * and what it promises is waited for.
 *
 * @public
 */
export function FallbackValue<const V>(value: V | (() => V)): FallbackProtection<V> {
  return fallback('@FallbackValue', { handlers: [{ value }] }) as never;
}

function fallback(decorator: string, options: FallbackOptions): MethodProtection {
  return applying({ decorator, strategy: 'fallback', options: { fallback: options } }) as MethodProtection;
}

function toHandler(source: FallbackSource): FallbackHandler {
  return typeof source === 'string' ? methodHandler(source) : source;
}
