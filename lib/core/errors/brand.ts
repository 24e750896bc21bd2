import type { ResilienceErrorCode } from './error-code.js';

/** Shared by all copies of the package in one process, whether imported, required or bundled. */
const BRAND = Symbol.for('nestjs-holdfast.error');

/** The brand of the base class, which stands for every code. */
export const ANY_CODE = '';

/** Gives a class of errors its name and its brand; both live on the prototype and cost nothing per error. */
export function brand(
  type: { readonly prototype: object },
  name: string,
  code: ResilienceErrorCode | '',
): void {
  Object.defineProperty(type.prototype, 'name', { value: name, writable: true, configurable: true });
  Object.defineProperty(type.prototype, BRAND, { value: code });
}

/** The code under which an error of this library was made, by whichever copy of it; never throws. */
export function brandOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const code: unknown = (error as Record<symbol, unknown>)[BRAND];
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined; // a proxy that throws on access is none of ours
  }
}

/** The code of a class of this library, {@link ANY_CODE} for the base class; `undefined` for subclasses that users made. */
export function brandOfClass(type: abstract new (...args: any[]) => unknown): string | undefined {
  const prototype: unknown = type.prototype;
  if (typeof prototype !== 'object' || prototype === null || !Object.hasOwn(prototype, BRAND))
    return undefined;
  return brandOf(prototype);
}
