import type { ArgumentsHost } from '@nestjs/common';
import { isResilienceError } from '../../core/errors/is-resilience-error.js';

/** What Nest's transports send of an `RpcException` or `WsException`, with what a caller can act on. */
export interface TransportError {
  readonly status: 'error';
  readonly message: string;
  readonly code?: string;
  readonly statusCode?: number;
  /** Milliseconds after which it is worth trying again. */
  readonly retryAfter?: number;
}

/** What a gRPC server makes its status of. */
export interface GrpcError {
  readonly code: number;
  readonly message: string;
}

/** As Nest answers for what nobody outside is to know. */
const HIDDEN: TransportError = { status: 'error', message: 'Internal server error' };

/** By HTTP status, as google/rpc/code.proto pairs the two. */
const grpcCodes: ReadonlyMap<number | undefined, number> = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [409, 10],
  [429, 8],
  [501, 12],
  [502, 14],
  [503, 14],
  [504, 4],
]);

const GRPC_UNKNOWN = 2;

/** Of an error that has no place outside, such as a fault of the configuration, no more than that there was one. */
export function toTransportError(error: unknown): TransportError {
  if (!isResilienceError(error) || error.statusCode === undefined) return HIDDEN;
  const { message, code, statusCode } = error;
  const { retryAfter } = error as { readonly retryAfter?: number };
  const common = { status: 'error', message, code, statusCode } as const;
  return retryAfter === undefined ? common : { ...common, retryAfter };
}

export function toGrpcError(error: unknown): GrpcError {
  const { message, statusCode } = toTransportError(error);
  return { code: grpcCodes.get(statusCode) ?? GRPC_UNKNOWN, message };
}

/** A gRPC handler is called with the message, its metadata and the call. */
export function isGrpc(host: ArgumentsHost): boolean {
  const call = host.getArgByIndex<{ readonly sendMetadata?: unknown } | undefined>(2);
  return typeof call?.sendMetadata === 'function';
}

/** A client of Socket.IO, or of plain WebSockets, whose `emit` would reach nobody outside the process. */
interface SocketClient {
  readonly readyState?: unknown;
  emit?(event: string, data: unknown): unknown;
  send?(text: string): unknown;
}

/** Sends the `exception` event that Nest's own filter for gateways sends. */
export function emitToClient(client: SocketClient | undefined, data: TransportError): void {
  if (typeof client?.readyState === 'number') client.send?.(JSON.stringify({ event: 'exception', data }));
  else client?.emit?.('exception', data);
}
