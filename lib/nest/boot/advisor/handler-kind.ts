import { RequestMethod } from '@nestjs/common';
import { GRAPHQL_TYPE, HTTP_METHOD, MESSAGE_PATTERN, WS_MESSAGE } from '../../interceptor/nest-metadata.js';

/** What a handler is for, where that must not be done twice unasked: `'POST'`; `undefined` for all others. */
export function unrepeatableKind(handler: Function): string | undefined {
  const read = (key: string): unknown => Reflect.getMetadata(key, handler);
  const method = read(HTTP_METHOD);
  if (method === RequestMethod.POST) return 'POST';
  if (method === RequestMethod.PATCH) return 'PATCH';
  if (read(GRAPHQL_TYPE) === 'Mutation') return 'a mutation';
  if (read(MESSAGE_PATTERN) !== undefined) return 'a message';
  return read(WS_MESSAGE) === undefined ? undefined : 'a WebSocket message';
}
