import { BareContext } from '../../core/attempt-context.js';
import { isHandler } from '../interceptor/nest-metadata.js';
import { declaredName } from './method-definition.js';
import { classDefinition } from './method-registry.js';
import { takePlaceOf } from './take-place.js';
import { withAttempt } from './with-attempt.js';

type Method = (...args: any[]) => unknown;

/**
 * Where the form that fills in an attempt keeps itself and the method that it stands for: what wraps it and copies its
 * properties is another form. `Symbol.for`: the ESM and the CommonJS copy of the package know one another's.
 */
const FILLED = Symbol.for('nestjs-holdfast.filled');

interface Filled {
  readonly form: Method;
  readonly original: Method;
}

/**
 * Lets the methods that a class declares and that nothing protects have the attempt of a bare call at the place of their
 * `@Attempt()` parameter, whatever a caller passed there. What Nest calls as a handler, Nest itself fills.
 */
export function fillBareAttempts(prototype: object): void {
  const { attemptIndexes, methods } = classDefinition(prototype);
  for (const [key, index] of attemptIndexes) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
    const method: unknown = descriptor?.value;
    if (typeof method !== 'function' || methods.has(key)) continue;
    if (unfilled(method) !== method || isHandler(method)) continue;
    const value = filling(method as Method, index, declaredName({ prototype, key }));
    Object.defineProperty(prototype, key, { ...descriptor, value });
  }
}

/** The method itself, without what {@link fillBareAttempts} put around it. */
export function unfilled(method: unknown): unknown {
  if (typeof method !== 'function') return method;
  const mark = (method as { [FILLED]?: Filled })[FILLED];
  return mark?.form === method ? mark.original : method;
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
  const mark: Filled = { form: filled, original };
  return Object.defineProperty(takePlaceOf(original, filled), FILLED, { value: mark, configurable: true });
}
