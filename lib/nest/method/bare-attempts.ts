import { BareContext } from '../../core/attempt-context.js';
import { isHandler } from '../interceptor/nest-metadata.js';
import { declaredName } from './method-definition.js';
import { ownDefinition } from './method-registry.js';
import { takePlaceOf } from './take-place.js';
import { withAttempt } from './with-attempt.js';

type Method = (...args: any[]) => unknown;

/** Methods that were given a form that fills in an attempt, by that form. */
const originals = new WeakMap<Function, Method>();

/**
 * Lets the methods that a class declares and that nothing protects have the attempt of a bare call at the place of their
 * `@Attempt()` parameter, whatever a caller passed there. What Nest calls as a handler, Nest itself fills.
 */
export function fillBareAttempts(prototype: object): void {
  const { attemptIndexes, methods } = ownDefinition(prototype) ?? {};
  for (const [key, index] of attemptIndexes ?? []) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
    const method: unknown = descriptor?.value;
    if (typeof method !== 'function' || methods?.has(key) === true) continue;
    if (originals.has(method) || isHandler(method)) continue;
    const value = filling(method as Method, index, declaredName({ prototype, key }));
    Object.defineProperty(prototype, key, { ...descriptor, value });
  }
}

/** The method itself, without what {@link fillBareAttempts} put around it. */
export function unfilled(method: unknown): unknown {
  return typeof method === 'function' ? (originals.get(method) ?? method) : method;
}

function filling(original: Method, index: number, name: string): Method {
  // Written as a method, for like the original it is no constructor.
  const { filled } = {
    filled(this: unknown, ...args: unknown[]): unknown {
      return original.apply(
        this,
        withAttempt(index, args, () => new BareContext('', name)),
      );
    },
  };
  originals.set(filled, original);
  return takePlaceOf(original, filled);
}
