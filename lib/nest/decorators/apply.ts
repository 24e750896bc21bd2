import type { Saying } from '../method/method-definition.js';
import { unfilled } from '../method/bare-attempts.js';
import { protectMethod } from '../method/protect-method.js';
import { declaredName } from '../method/method-definition.js';
import { protectClass, type Selection } from './protect-class.js';

/** A decorator for methods and classes that only takes note of what it says; what it means is made out at boot. */
export function applying(saying: Saying, selection: Selection = {}) {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (key === undefined) protectClass(target as Function, saying, selection);
    else applyToMethod(target, key, descriptor, saying, selection);
  };
}

function applyToMethod(
  prototype: object,
  key: string | symbol,
  given: PropertyDescriptor | undefined,
  saying: Saying,
  { methods, except }: Selection,
): void {
  if (methods !== undefined || except !== undefined) {
    throw new TypeError(
      `${saying.decorator} on ${declaredName({ prototype, key })}: \`methods\` and \`except\` are for a decorator on the class`,
    );
  }
  const descriptor = given ?? Object.getOwnPropertyDescriptor(prototype, key);
  const { sayings, original, wrapper } = protectMethod(prototype, key, saying.decorator, descriptor);
  sayings.push(saying);
  // Only the first decorator finds the original here; what others have put over our wrapper stays there.
  if (descriptor === undefined || unfilled(descriptor.value) !== original) return;
  descriptor.value = wrapper;
  if (given === undefined) Object.defineProperty(prototype, key, descriptor);
}

/** @throws TypeError where the name is none, as the constant of a module that is still being loaded. */
export function policyName(name: unknown, decorator: string): string {
  if (typeof name === 'string') return name;
  throw new TypeError(
    `${decorator}: expected the name of a policy (got ${String(name)}); a constant may come from a module that imports ` +
      'this one, too',
  );
}
