import type { ExecutionContext } from '@nestjs/common';

/** What brought a call in, and who it came from. */
export interface InboundRequest {
  /** The request of HTTP, or the context of a message: what `trustInbound` judges. */
  readonly sender: object;
  /** The value under a name in lower case, as the transport has it. */
  readonly header: (name: string) => unknown;
}

type Values = Readonly<Record<string, unknown>>;

interface HttpRequest {
  readonly headers?: Values;
}

/** What the contexts of messages have in common with their transport's headers; gRPC hands on its metadata itself. */
interface MessageContext {
  /** NATS. */
  getHeaders?(): Lookup | undefined;
  /** Kafka and RabbitMQ. */
  getMessage?():
    { readonly headers?: Values; readonly properties?: { readonly headers?: Values } } | undefined;
  /** MQTT 5. */
  getPacket?(): { readonly properties?: { readonly userProperties?: Values } } | undefined;
}

interface Lookup {
  get?(name: string): unknown;
}

/** `undefined` for what has no headers: WebSockets, and messages over TCP and Redis. */
export function inboundRequest(context: ExecutionContext): InboundRequest | undefined {
  const type = context.getType<string>();
  if (type === 'http') return ofHttp(context.getArgByIndex(0));
  if (type === 'graphql') return ofHttp(context.getArgByIndex<{ req?: unknown } | undefined>(2)?.req);
  return type === 'rpc' ? ofMessage(context.getArgByIndex(1)) : undefined;
}

function ofHttp(request: unknown): InboundRequest | undefined {
  if (!isObject(request)) return undefined;
  return from(request, (request as HttpRequest).headers);
}

function ofMessage(message: unknown): InboundRequest | undefined {
  if (!isObject(message)) return undefined;
  const context = message as MessageContext & Lookup;
  const lookup = typeof context.getHeaders === 'function' ? context.getHeaders() : context;
  if (typeof lookup?.get === 'function') return { sender: message, header: (name) => lookup.get?.(name) };
  const { headers, properties } = context.getMessage?.() ?? {};
  return from(message, headers ?? properties?.headers ?? context.getPacket?.()?.properties?.userProperties);
}

function from(sender: object, headers: Values | undefined): InboundRequest | undefined {
  return isObject(headers) ? { sender, header: (name) => headers[name] } : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
