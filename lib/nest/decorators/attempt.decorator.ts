import { declaredName } from '../method/method-definition.js';
import { classDefinition } from '../method/method-registry.js';
import type { InstanceTarget } from './decorator-types.js';

/**
 * Gives the parameter the context of the attempt, whatever the caller passed in its place.
 *
 * The parameter is best declared optional, so that callers need not know of it. Without a policy it says `attempt: 1`
 * and its signal never aborts.
 *
 * @example
 * ```ts
 * @Retryable('network')
 * async charge(order: Order, @Attempt() attempt?: AttemptContext): Promise<Receipt> {
 *   return this.http.post(url, order, { signal: attempt?.signal });
 * }
 * ```
 *
 * @public
 */
export function Attempt() {
  return (target: InstanceTarget, key: string | symbol, index: number): void => {
    // Static methods and constructors, from code that no compiler has checked.
    if (typeof target === 'function') {
      throw new TypeError('@Attempt(): only parameters of instance methods can receive an attempt');
    }
    const { attemptIndexes } = classDefinition(target);
    if (attemptIndexes.has(key)) {
      throw new TypeError(
        `@Attempt() on ${declaredName({ prototype: target, key })}: one parameter receives the attempt`,
      );
    }
    attemptIndexes.set(key, index);
  };
}
