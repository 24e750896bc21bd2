import { suggestion } from '../../core/options/nearest.js';
import { fillBareAttempts } from '../method/bare-attempts.js';
import { classDefinition, ownDefinition } from '../method/method-registry.js';
import type { Saying } from '../method/method-definition.js';
import { protectMethod } from '../method/protect-method.js';
import { declaredKind } from '../method/result-kind.js';

/** Which methods a decorator on a class means. */
export interface Selection {
  readonly methods?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
}

/** What Nest itself calls on providers. */
const lifecycleHooks: ReadonlySet<string> = new Set([
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** Protects the methods of a class that a decorator on the class means. */
export function protectClass(target: Function, saying: Saying, selection: Selection): void {
  const prototype = target.prototype as object;
  const place = `${saying.decorator} on ${target.name}`;
  if (saying.operation !== undefined)
    throw new TypeError(`${place}: \`operation\` names a single method; give it on the method itself`);
  refuseUnknown(prototype, place, selection);
  const keys = Object.getOwnPropertyNames(prototype).filter((key) => isMeant(prototype, key, selection));
  for (const key of keys) protect(prototype, key, saying.decorator);
  classDefinition(prototype).sayings.push({ ...saying, keys: new Set(keys) });
  fillBareAttempts(prototype);
}

function protect(prototype: object, key: string, decorator: string): void {
  if (isProtected(prototype, key)) return;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
  const { wrapper } = protectMethod(prototype, key, decorator, descriptor);
  Object.defineProperty(prototype, key, { ...descriptor, value: wrapper });
}

/** By name, or else whatever is known to be asynchronous: it has a decorator of its own, or says so itself. */
function isMeant(prototype: object, key: string, { methods, except = [] }: Selection): boolean {
  if (!isMethod(prototype, key) || ownDefinition(prototype)?.skipped.has(key) === true) return false;
  if (except.includes(key)) return false;
  if (methods !== undefined) return methods.includes(key);
  return isProtected(prototype, key) || declaredKind(methodOf(prototype, key), prototype, key) !== undefined;
}

function isProtected(prototype: object, key: string): boolean {
  return ownDefinition(prototype)?.methods.has(key) === true;
}

function isMethod(prototype: object, key: string): boolean {
  const isOwn = typeof Object.getOwnPropertyDescriptor(prototype, key)?.value === 'function';
  return isOwn && key !== 'constructor' && !lifecycleHooks.has(key);
}

function methodOf(prototype: object, key: string): Function {
  return Object.getOwnPropertyDescriptor(prototype, key)?.value as Function;
}

/** @throws TypeError naming what is in `methods` or `except` but is no method that the class itself declares. */
function refuseUnknown(prototype: object, place: string, { methods = [], except = [] }: Selection): void {
  const known = Object.getOwnPropertyNames(prototype).filter((key) => isMethod(prototype, key));
  for (const name of [...methods, ...except]) {
    if (known.includes(name)) continue;
    throw new TypeError(
      Object.hasOwn(prototype, name)
        ? `${place}: "${name}" cannot be protected; constructors, accessors and lifecycle hooks never are`
        : `${place}: the class itself declares no method "${name}"${suggestion(name, known)}`,
    );
  }
}
