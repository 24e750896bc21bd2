import type { Observable } from 'rxjs';
import type { PolicyOptions } from '../../core/policy-options.js';
import type { CircuitBreakerOptions } from '../../core/circuit-breaker/circuit-breaker-options.js';
import type { RetryOptions } from '../../core/retry/retry-options.js';

/**
 * Names of policies, to be extended by declaration merging so that decorators and `execute` check them:
 *
 * @example
 * ```ts
 * declare module 'nestjs-holdfast' {
 *   interface ResiliencePolicies { network: true; payments: true }
 * }
 * ```
 *
 * @public
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ResiliencePolicies {}

/** Any name, until {@link ResiliencePolicies} lists them. */
export type PolicyName = keyof ResiliencePolicies extends never ? string : keyof ResiliencePolicies & string;

/** A method that can be protected: its result comes later. A plain result, or one that may be plain, is refused. */
export type Protectable = (...args: any[]) => Promise<any> | Observable<any> | AsyncIterable<any>;

/** What callers of a protected method get, by what the method itself gives. */
type Given<R> =
  R extends Promise<infer V>
    ? Promise<V>
    : R extends Observable<infer V>
      ? Observable<V>
      : R extends AsyncIterable<infer V>
        ? AsyncGenerator<V, any, any>
        : never;

/**
 * Whether callers get what they were promised. A cursor, a query builder, a Node stream or a Subject would become a plain
 * iterable, promise or Observable; such a method is protected where it awaits its result instead.
 */
type IsKept<R> = R extends unknown ? (Given<R> extends R ? true : false) : never;

/** Promise or Observable or iterable: which of them is settled, not left to each call. */
type IsOneKind<R> = [R] extends [Promise<any>]
  ? true
  : [R] extends [Observable<any>]
    ? true
    : [R] extends [AsyncIterable<any>]
      ? true
      : false;

/** `any` passes, for nothing is known of it. */
type IsProtectable<R> = 0 extends 1 & R ? true : false extends IsOneKind<R> | IsKept<R> ? false : true;

/** The descriptor of a method that can be protected. */
export type ProtectableDescriptor<M extends Protectable> =
  IsProtectable<ReturnType<M>> extends true ? TypedPropertyDescriptor<M> : never;

/** Instances have no `prototype`; constructors, as which static methods present themselves, have one. */
export type InstanceTarget = object & { readonly prototype?: never };

/** What only `applyDecorators` and its like take: nothing has this as `this`. */
declare const composition: unique symbol;

/**
 * Lets `applyDecorators` of Nest compose a decorator with others. It promises nothing of the method, so where the
 * decorator itself stands, this signature is no choice and the others check what they are put on.
 */
export interface Composable {
  (this: typeof composition, target: object, key?: any, descriptor?: any): void;
}

/** A decorator for methods that can be protected. */
export interface MethodProtection extends Composable {
  <M extends Protectable>(
    target: InstanceTarget,
    key: string | symbol,
    descriptor: ProtectableDescriptor<M>,
  ): void;
}

/** A decorator for classes; the methods it is told to protect must be ones that can be protected. */
export interface ClassProtection<M extends string = never> extends Composable {
  <C extends abstract new (...args: any[]) => { [K in M]: Protectable }>(target: C): void;
}

/** A decorator for both; one that selects methods is for classes alone. */
export type Protection<M extends string = never> = [M] extends [never]
  ? MethodProtection & ClassProtection
  : ClassProtection<M>;

/** Which methods a decorator on a class means. */
export interface ClassSelection<M extends string = string> {
  /**
   * Exactly these methods, instead of those that are declared `async` or return a Promise or an Observable. Types know
   * nothing of `private` and `protected` methods: put a decorator on such a method itself.
   */
  readonly methods?: readonly M[];
  /** All that qualify but these. */
  readonly except?: readonly string[];
}

/** What names and keys the operation, and whether it may be repeated. */
interface OperationOverrides {
  /** Another name for the operation than `ClassName.method`; for a single method. */
  readonly operation?: string;
}

/** Options of `@Resilient`. */
export interface ResilientOverrides<M extends string = string>
  extends Omit<PolicyOptions, 'extends'>, OperationOverrides, ClassSelection<M> {}

/** Options of `@Retryable`: those of the retry, and what goes with them. */
export interface RetryableOverrides<M extends string = string>
  extends
    RetryOptions,
    OperationOverrides,
    ClassSelection<M>,
    Pick<PolicyOptions, 'timeout' | 'fallback' | 'key' | 'idempotent'> {
  readonly circuitBreaker?: CircuitBreakerOptions | false;
}
