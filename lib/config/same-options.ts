import { isOptionsObject } from '../core/options/foreign-object.js';

/** Whether two policies, as they were resolved, say the same; functions and values are the same where they are identical. */
export function sameOptions(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) return haveSame(one, other);
  return isOptionsObject(one) && isOptionsObject(other) && haveSame(one, other);
}

function haveSame(one: object, other: object): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) => Object.hasOwn(other, key) && sameOptions(Reflect.get(one, key), Reflect.get(other, key)),
    )
  );
}
