import { HttpException, InternalServerErrorException } from '@nestjs/common';
import type { ResilienceErrorCode } from '../../core/errors/error-code.js';
import { isResilienceError } from '../../core/errors/is-resilience-error.js';
import type { ErrorHeaders } from '../../core/errors/resilience-error.js';

/** An error of this library as an answer over HTTP: its status, and a body of `{ statusCode, message, code }`. */
export class ResilienceHttpException extends HttpException {
  /** The stable name of what happened. */
  readonly code: ResilienceErrorCode;
  /** Headers that go with the answer; `retry-after` where it is known when to come again. */
  readonly headers: ErrorHeaders;

  /** @internal Made by {@link toHttpException}. */
  constructor(
    statusCode: number,
    {
      message,
      code,
      headers,
      cause,
    }: { message: string; code: string; headers: ErrorHeaders; cause: unknown },
  ) {
    super({ statusCode, message, code }, statusCode, { cause });
    this.code = code as ResilienceErrorCode;
    this.headers = headers;
  }
}

/**
 * What Nest's own filters know how to answer with: for the user's own exception filter.
 *
 * The body holds the error's message, which names policy and operation, and its code; what caused it stays behind as
 * `cause`. Nest does not send `headers` by itself: set them on the response. An `HttpException` passes as it is; any other
 * value becomes a 500 that tells the client nothing.
 *
 * @example
 * ```ts
 * @Catch()
 * export class AllErrorsFilter extends BaseExceptionFilter {
 *   override catch(error: unknown, host: ArgumentsHost) {
 *     super.catch(isResilienceError(error) ? toHttpException(error) : error, host);
 *   }
 * }
 * ```
 *
 * @public
 */
export function toHttpException(error: unknown): HttpException {
  if (error instanceof HttpException) return error;
  if (!isResilienceError(error) || error.statusCode === undefined)
    // The body in full: Nest 11 leaves the message out where none is given.
    return new InternalServerErrorException(
      { statusCode: 500, message: 'Internal Server Error' },
      { cause: error },
    );
  const { statusCode, message, code, headers } = error;
  return new ResilienceHttpException(statusCode, { message, code, headers, cause: error });
}
