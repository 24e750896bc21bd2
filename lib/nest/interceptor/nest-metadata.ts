// Nest keeps these names in files that its exports map closes; the integration tests notice if one of them changes.

/** What the parameter decorators of a handler say, on its class. */
export const ROUTE_ARGUMENTS = '__routeArguments__';

/** `@Res({ passthrough: true })`, on the handler's class. */
export const RESPONSE_PASSTHROUGH = '__responsePassthrough__';

/** `@Sse()`, on the handler. */
export const SSE = '__sse__';

/** The path of an HTTP handler. */
export const HTTP_PATH = 'path';

/** What makes a method a handler of HTTP, messages, WebSockets or GraphQL. */
export const HANDLER_MARKS: readonly string[] = [
  HTTP_PATH,
  'microservices:pattern',
  'websockets:message_mapping',
  'graphql:resolver_type',
  'graphql:resolve_property',
];

/** Kinds of parameters in {@link ROUTE_ARGUMENTS}, whose keys are `kind:index`. */
export const PARAMETER_KINDS = { response: '1', next: '2' } as const;
