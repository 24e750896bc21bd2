// Nest keeps these names in files that its exports map closes; the integration tests notice if one of them changes.

/** What the parameter decorators of a handler say, on its class. */
export const ROUTE_ARGUMENTS = '__routeArguments__';

/** `@Res({ passthrough: true })`, on the handler's class. */
export const RESPONSE_PASSTHROUGH = '__responsePassthrough__';

/** `@Sse()`, on the handler. */
export const SSE = '__sse__';

/** `@WebSocketGateway()`, on the class. */
export const GATEWAY = 'websockets:is_gateway';

/** `@UseFilters()`, on the class or the handler. */
export const EXCEPTION_FILTERS = '__exceptionFilters__';

/** The path of an HTTP handler. */
const HTTP_PATH = 'path';

/** The method of an HTTP handler, a `RequestMethod`. */
export const HTTP_METHOD = 'method';

/** `'Query'`, `'Mutation'` or `'Subscription'`. */
export const GRAPHQL_TYPE = 'graphql:resolver_type';

export const MESSAGE_PATTERN = 'microservices:pattern';
const MESSAGE_TRANSPORT = 'microservices:transport';
export const WS_MESSAGE = 'websockets:message_mapping';

/** What makes a method a handler of HTTP, messages, WebSockets or GraphQL. */
const HANDLER_MARKS: readonly string[] = [
  HTTP_PATH,
  MESSAGE_PATTERN,
  WS_MESSAGE,
  GRAPHQL_TYPE,
  'graphql:resolve_property',
];

/** Whether Nest calls the method for what comes in from outside. */
export function isHandler(method: Function): boolean {
  return HANDLER_MARKS.some((mark) => Reflect.hasMetadata(mark, method));
}

/** Kinds of parameters in {@link ROUTE_ARGUMENTS}, whose keys are `kind:index`. */
export const PARAMETER_KINDS = { response: '1', next: '2' } as const;

/** A parameter that is filled by its place; kinds are numbered for each transport by itself. */
interface DefaultParameter {
  readonly kind: number;
  readonly index: number;
}

const PAYLOAD = 3;
const GRPC = 4;
const ofMessages: readonly DefaultParameter[] = [{ kind: PAYLOAD, index: 0 }];
const ofGrpc: readonly DefaultParameter[] = [...ofMessages, { kind: 6, index: 1 }, { kind: 9, index: 2 }];
const ofWebSockets: readonly DefaultParameter[] = [
  { kind: 0, index: 0 },
  { kind: PAYLOAD, index: 1 },
];

/** What Nest hands to a handler none of whose parameters has a decorator. */
export function defaultParameters(handler: Function): readonly DefaultParameter[] {
  if (Reflect.hasMetadata(WS_MESSAGE, handler)) return ofWebSockets;
  if (!Reflect.hasMetadata(MESSAGE_PATTERN, handler)) return [];
  return Reflect.getMetadata(MESSAGE_TRANSPORT, handler) === GRPC ? ofGrpc : ofMessages;
}
