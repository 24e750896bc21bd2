/** Stands in for a value whose problem was reported already; whoever meets it says nothing more. */
export const INVALID: unique symbol = Symbol('invalid');

export type Invalid = typeof INVALID;
