import { httpStatusOf } from '../../errors/http-status.js';
import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { Recogniser } from '../recogniser.js';

/** The status of a call, as gRPC numbers it. */
const byCode = codeTable({
  timeout: [1, 4], // CANCELLED (an error does not tell by whom), DEADLINE_EXCEEDED
  server: [2, 13, 15], // UNKNOWN, INTERNAL, DATA_LOSS
  validation: [3, 11], // INVALID_ARGUMENT, OUT_OF_RANGE
  notFound: [5], // NOT_FOUND
  conflict: [6, 9, 10], // ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED
  authorization: [7], // PERMISSION_DENIED
  rateLimit: [8], // RESOURCE_EXHAUSTED
  client: [12], // UNIMPLEMENTED
  network: [14], // UNAVAILABLE
  authentication: [16], // UNAUTHENTICATED
});

interface GrpcError {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly metadata?: unknown;
  readonly message?: unknown;
  readonly getError?: unknown;
}

/**
 * Errors of `@grpc/grpc-js`, and Nest's `RpcException` with a status of gRPC.
 *
 * A small number is a status of gRPC only beside `details`, `metadata` or its own name in the message, and never where the
 * error has an HTTP status: many libraries number their errors from 1.
 *
 * @see https://grpc.io/docs/guides/status-codes/
 */
export const grpc: Recogniser = (error) => {
  const known = byCode.get(error.code);
  if (known !== undefined) return isStatus(error) ? known : undefined;
  return ofRpcException(error);
};

function isStatus(error: GrpcError): boolean {
  const { details, metadata, message, code } = error;
  const said =
    typeof details === 'string' ||
    (typeof metadata === 'object' && metadata !== null) ||
    (typeof message === 'string' && /^\d+ [A-Z_]+:/.test(message) && Number.parseInt(message, 10) === code);
  return said && httpStatusOf(error) === undefined;
}

/** What Nest turns into a status of gRPC on its way out: `new RpcException({ code: status.NOT_FOUND, message })`. */
function ofRpcException(error: GrpcError): ErrorCategory | undefined {
  if (typeof error.getError !== 'function') return undefined;
  const payload = error.getError.call(error) as GrpcError | null | undefined;
  return httpStatusOf(payload) === undefined ? byCode.get(payload?.code) : undefined;
}
