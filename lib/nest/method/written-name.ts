/** `Symbol.for`: the ESM and the CommonJS copy of the package, in one process, note in one place. */
const WRITTEN_NAME = Symbol.for('nestjs-holdfast.written-name');

/** What Nest's `mixin()` calls a class: random, so that it is another with each start. */
const RANDOM_NAME = /^[0-9a-f]{21}$/;

/** Notes the name of a class while its decorators run, for `mixin()` may replace it afterwards. */
export function noteName(type: Function): void {
  if (!isMixin(type)) Reflect.defineMetadata(WRITTEN_NAME, type.name, type);
}

/** The name that a class was written with; of a mixin without one, that of the nearest class that it extends. */
export function writtenName(type: Function): string {
  for (let link: unknown = type; isClass(link); link = Object.getPrototypeOf(link)) {
    const name = isMixin(link) ? notedName(link) : link.name;
    if (name !== undefined && name !== '') return name;
  }
  return type.name;
}

/** Whether Nest's `mixin()` has renamed the class: each call of the function that makes it makes one more of its name. */
export function isMixin(type: Function): boolean {
  return RANDOM_NAME.test(type.name);
}

function notedName(type: Function): string | undefined {
  return Reflect.getOwnMetadata(WRITTEN_NAME, type) as string | undefined;
}

function isClass(value: unknown): value is Function {
  return typeof value === 'function' && value !== Function.prototype;
}
