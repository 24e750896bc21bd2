import type { PolicyOptions } from '../../core/policy-options.js';
import type { StreamKind } from './result-kind.js';
import { writtenName } from './written-name.js';

/** Strategies that have a decorator of their own. */
export type DecoratedStrategy =
  'circuitBreaker' | 'timeout' | 'fallback' | 'bulkhead' | 'rateLimiter' | 'hedge';

/** What one decorator says. What several of them come to is made out where they are put together. */
export interface Saying {
  /** As `explain` and errors call it: `@Retryable`. */
  readonly decorator: string;
  /** Name of the policy. */
  readonly policy?: string | undefined;
  /** `@Retryable`: the policy must have a retry. */
  readonly needsRetry?: boolean;
  /** Options in the users' form, which go over the policy's. */
  readonly options: PolicyOptions;
  /** The one strategy that the options are of; nothing that the policy itself says of it shows through. */
  readonly strategy?: DecoratedStrategy;
  /** Another name for the operation. */
  readonly operation?: string | undefined;
}

/** What one decorator on a class says, and of which methods. */
export interface ClassSaying extends Saying {
  readonly keys: ReadonlySet<PropertyKey>;
}

/** A protected method of one class declaration. */
export interface MethodDefinition {
  /** Place in the order of all definitions of the process; handles keep what they know of a method under it. */
  readonly id: number;
  readonly prototype: object;
  readonly key: PropertyKey;
  readonly original: (...args: any[]) => unknown;
  readonly wrapper: (...args: any[]) => unknown;
  /** What the method gives; `undefined` until a call has told. */
  kind: StreamKind | undefined;
  /** What its own decorators say, the lowest first. */
  readonly sayings: Saying[];
  /** Position of the `@Attempt()` parameter. */
  readonly attemptIndex: number | undefined;
}

/** `PaymentsService.charge`, of the class that declares it. */
export function declaredName({ prototype, key }: Pick<MethodDefinition, 'prototype' | 'key'>): string {
  return `${writtenName(prototype.constructor)}.${String(key)}`;
}
