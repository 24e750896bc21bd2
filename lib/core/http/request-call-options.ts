import type { AdapterCallOptions } from '../caller.js';
import type { HttpClientOptions, HttpRequest } from './http-client-options.js';
import { isOneShot } from './one-shot-body.js';

/** Methods that mean the same when they come twice (RFC 9110, section 9.2.2). */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** How a client's options apply to one request. */
export type ClientRules = { readonly [K in keyof HttpClientOptions]: HttpClientOptions[K] | undefined };

/**
 * What a request says about its call: its name, and whether it may be made twice.
 *
 * A body that can be read only once is sent again after no answer whatever, so such a request is not idempotent,
 * whoever says so.
 */
export function requestCallOptions(
  request: HttpRequest,
  body: unknown,
  rules: ClientRules,
): AdapterCallOptions {
  return { ...operationOf(request, rules), ...idempotenceOf(request, body, rules) };
}

function operationOf(request: HttpRequest, { operation }: ClientRules): AdapterCallOptions {
  if (operation === undefined) return {};
  return { operation: typeof operation === 'string' ? operation : operation(request) };
}

function idempotenceOf(request: HttpRequest, body: unknown, { idempotent }: ClientRules): AdapterCallOptions {
  if (isOneShot(body)) return { idempotent: false };
  const said = typeof idempotent === 'function' ? idempotent(request) : idempotent;
  if (said !== undefined) return { idempotent: said };
  if (request.headers.has('idempotency-key')) return { idempotent: true };
  return { presumedIdempotent: idempotentMethods.has(request.method) };
}
