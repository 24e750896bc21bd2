import type { ExecutionContext } from '@nestjs/common';
import type { ProtectedHandler } from './handler-policies.js';

interface Request extends RawRequest {
  readonly method?: string;
  readonly raw?: RawRequest;
}

/** The platform's own request. */
interface RawRequest {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly readableDidRead?: boolean;
}

/** What Express and Fastify have in common, and GraphQL servers on top of them. */
interface Response {
  readonly sent?: boolean;
  readonly headersSent?: boolean;
  readonly raw?: RawResponse;
}

/** The platform's own response. */
export interface RawResponse {
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  on(event: 'close', listener: () => void): unknown;
  removeListener(event: 'close', listener: () => void): unknown;
}

/** Methods that mean the same when they come twice (RFC 9110, 9.2.2); TRACE has no handlers. */
const repeatableMethods: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * Whether what came in may be handled once more after a failure. Asked when an attempt has failed, for what it has sent
 * and read by then counts. A handler is no single call of a dependency: that its last error proves that nothing was sent
 * says nothing of what the handler did before.
 *
 * @param wasUnread what {@link isUnread} said before the first attempt
 */
export function mayRepeat(
  context: ExecutionContext,
  { pipeline, traits }: ProtectedHandler,
  wasUnread: boolean,
): boolean {
  const { idempotent } = pipeline.plan.settings;
  if (traits.ownsResponse || idempotent === false) return false;
  if (idempotent !== true && !isRepeatable(context)) return false;
  if (wasUnread && hasBody(context) && !isUnread(context)) return false;
  // The head of an event stream is Nest's; items have not been sent while a retry is asked for.
  return traits.isEventStream || !hasSentHeaders(context);
}

/** Whether what the request may carry waits for the handler to read it, as uploads do: that can be done only once. */
export function isUnread(context: ExecutionContext): boolean {
  return requestOf(context)?.readableDidRead === false;
}

function hasBody(context: ExecutionContext): boolean {
  const { headers = {} } = requestOf(context) ?? {};
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** No other transport has one. */
function requestOf(context: ExecutionContext): RawRequest | undefined {
  if (context.getType() !== 'http') return undefined;
  const request = context.getArgByIndex<Request | undefined>(0);
  return request?.raw ?? request;
}

/** The response whose end or loss the call has to notice; `undefined` where a transport has none. */
export function rawResponse(context: ExecutionContext): RawResponse | undefined {
  const response = responseOf(context);
  const raw = response?.raw ?? (response as RawResponse | undefined);
  return typeof raw?.on === 'function' ? raw : undefined;
}

function isRepeatable(context: ExecutionContext): boolean {
  const type = context.getType<string>();
  if (type === 'http') return repeatableMethods.has(context.getArgByIndex<Request>(0).method);
  return type === 'graphql' && isQuery(context.getArgByIndex(3));
}

/** From the `GraphQLResolveInfo` of a resolver. */
function isQuery(info: { readonly operation?: { readonly operation?: string } } | undefined): boolean {
  return info?.operation?.operation === 'query';
}

/** Whether the head of the response is on its way; no other transport has one. */
export function hasSentHeaders(context: ExecutionContext): boolean {
  if (context.getType() !== 'http') return false;
  const response = responseOf(context);
  return response?.sent === true || response?.headersSent === true || response?.raw?.headersSent === true;
}

function responseOf(context: ExecutionContext): Response | undefined {
  const type = context.getType<string>();
  if (type === 'http') return context.getArgByIndex<Response | undefined>(1);
  return type === 'graphql' ? graphqlResponse(context.getArgByIndex(2)) : undefined;
}

interface GraphqlContext {
  readonly res?: Response;
  readonly reply?: Response;
  readonly req?: { readonly res?: Response };
}

/** Where Apollo on Express, Apollo on Fastify and Mercurius put it. */
function graphqlResponse(context: GraphqlContext | undefined): Response | undefined {
  return context?.res ?? context?.reply ?? context?.req?.res;
}
