/** Names of classes as decorators found them. */
const written = new WeakMap<Function, string>();

/** What Nest's `mixin()` calls a class: random, so that it is another with each start. */
const RANDOM_NAME = /^[0-9a-f]{21}$/;

/** Notes the name of a class while its decorators run, for `mixin()` may replace it afterwards. */
export function noteName(type: Function): void {
  if (!isMixin(type)) written.set(type, type.name);
}

/** The name that a class was written with; of a mixin without one, that of the nearest class that it extends. */
export function writtenName(type: Function): string {
  for (let link: unknown = type; isClass(link); link = Object.getPrototypeOf(link)) {
    const name = isMixin(link) ? written.get(link) : link.name;
    if (name !== undefined && name !== '') return name;
  }
  return type.name;
}

/** Whether Nest's `mixin()` has renamed the class: each call of the function that makes it makes one more of its name. */
export function isMixin(type: Function): boolean {
  return RANDOM_NAME.test(type.name);
}

function isClass(value: unknown): value is Function {
  return typeof value === 'function' && value !== Function.prototype;
}
