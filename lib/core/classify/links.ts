import type { ErrorLike } from './recogniser.js';
import { failedConnection } from './recognisers/nest-message.js';

/** How far causes are followed; it also ends cycles. */
export const MAX_LINKS = 16;

/**
 * What an error was caused by: its `cause`, what Nest's `RpcException` and `WsException` carry (`getError()`), TypeORM's
 * `driverError`, or the `chainedError` of NATS; `undefined` at the end of the chain. Never throws.
 */
export function causeOf(error: unknown): unknown {
  const failed = failedConnection(error);
  if (failed !== undefined) return failed;
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const { cause, getError, driverError, chainedError } = error as ErrorLike;
    if (cause !== undefined) return cause;
    return typeof getError === 'function' ? (getError.call(error) as unknown) : (driverError ?? chainedError);
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
