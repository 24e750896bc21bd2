import type { ErrorLike } from './recogniser.js';

/** How far causes are followed; it also ends cycles. */
export const MAX_LINKS = 16;

/**
 * What an error was caused by: its `cause`, or what Nest's `RpcException` and `WsException` carry (`getError()`);
 * `undefined` at the end of the chain. Never throws.
 */
export function causeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const { cause, getError } = error as ErrorLike;
    if (cause !== undefined || typeof getError !== 'function') return cause;
    return getError.call(error) as unknown;
  } catch {
    return undefined; // an error that throws on access has no cause that could be read
  }
}

/** The errors within an `AggregateError`, of any realm; `undefined` for other errors and where there are none. */
export function membersOf(error: unknown): readonly unknown[] | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const { name, errors } = error as ErrorLike;
    const aggregate = name === 'AggregateError' || error instanceof AggregateError;
    return aggregate && Array.isArray(errors) && errors.length > 0 ? errors : undefined;
  } catch {
    return undefined; // an error that throws on access has no members that could be read
  }
}
