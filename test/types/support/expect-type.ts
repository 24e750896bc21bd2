/** `true` only where both types are exactly the same; `any` equals nothing but `any`. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only with `true`: `expectTrue<Equal<Awaited<typeof result>, string>>()`. */
export function expectTrue<T extends true>(): T | undefined {
  return undefined;
}
