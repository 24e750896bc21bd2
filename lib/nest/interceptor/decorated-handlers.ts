import { methodsWhere } from './handler-traits.js';
import { usedBy } from './used-policy.js';

/** The methods of a class on which `@UsePolicy` stands, under their names. */
export function decoratedMethods(type: Function): Map<string, Function> {
  return methodsWhere(type, (method) => usedBy(method) !== undefined);
}

/** Whether `@UsePolicy` stands on the class or on one of its methods. */
export function usesPolicies(type: Function): boolean {
  return usedBy(type) !== undefined || decoratedMethods(type).size > 0;
}
