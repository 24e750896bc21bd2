import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { throwError } from 'rxjs';
import { isResilienceError, type AnyResilienceError } from '../../core/errors/is-resilience-error.js';
import { ResilienceHttpException, toHttpException } from './to-http-exception.js';
import { emitToClient, isGrpc, toGrpcError, toTransportError } from './transport-error.js';

/** Errors of this library by their brand, those of another copy of the package included: filters go by `instanceof`. */
class OwnErrors {
  static [Symbol.hasInstance](value: unknown): boolean {
    return isResilienceError(value);
  }
}

/**
 * Answers with this library's errors: over HTTP with their status, `{ statusCode, message, code }` and headers such as
 * `retry-after`; to messages, gRPC and WebSockets in the form of those transports; GraphQL makes its own form of them.
 *
 * Every other error is left to Nest and to the application's own filters. Bound by `httpErrors: true` of
 * `ResilienceModule.forRoot`, which binds it to gateways, too, though Nest binds no global filter to them.
 *
 * @public
 */
@Catch(OwnErrors)
export class ResilienceExceptionFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): unknown {
    switch (host.getType<string>()) {
      case 'http':
        return this.answer(exception, host);
      case 'rpc':
        return throwError(() => (isGrpc(host) ? toGrpcError(exception) : toTransportError(exception)));
      case 'ws':
        return emitToClient(host.getArgByIndex(0), toTransportError(exception));
      default:
        throw exception; // GraphQL, and what else comes through Nest's external contexts, takes errors as they are
    }
  }

  private answer(exception: unknown, host: ArgumentsHost): void {
    if (!isShown(exception)) return super.catch(exception, host);
    const answer = toHttpException(exception);
    const adapter = this.applicationRef ?? this.httpAdapterHost?.httpAdapter;
    const response = host.getArgByIndex<unknown>(1);
    if (answer instanceof ResilienceHttpException && adapter?.isHeadersSent(response) === false) {
      for (const [name, value] of Object.entries(answer.headers)) adapter.setHeader(response, name, value);
    }
    super.catch(answer, host);
  }
}

/** A fault of the configuration is told to nobody outside. */
function isShown(exception: unknown): exception is AnyResilienceError {
  return isResilienceError(exception) && exception.expose;
}
