import { httpStatusOf } from '../../errors/http-status.js';
import type { ErrorCategory } from '../error-category.js';
import type { Recogniser } from '../recogniser.js';

/** Statuses that mean something else than the others of their hundred. */
const byStatus: ReadonlyMap<number, ErrorCategory> = new Map([
  [400, 'validation'],
  [401, 'authentication'],
  [403, 'authorization'],
  [404, 'notFound'],
  [407, 'authentication'],
  [408, 'timeout'],
  [409, 'conflict'],
  [410, 'notFound'],
  [412, 'conflict'],
  [422, 'validation'],
  [425, 'server'],
  [429, 'rateLimit'],
  [504, 'timeout'],
]);

/**
 * What an HTTP status means.
 *
 * | status | category | |
 * |---|---|---|
 * | 3xx | `client` | a redirect that was not followed: an answer, and the same one next time |
 * | 400, 422 | `validation` | |
 * | 401, 407 | `authentication` | |
 * | 403 | `authorization` | |
 * | 404, 410 | `notFound` | |
 * | 408, 504 | `timeout` | 504: a gateway's own upstream did not answer in time |
 * | 409, 412 | `conflict` | |
 * | 425 | `server` | too early: the request may be sent again (RFC 8470) |
 * | 429 | `rateLimit` | |
 * | other 4xx | `client` | |
 * | other 5xx | `server` | |
 *
 * `undefined` for 1xx and 2xx: they say nothing about what failed.
 */
export function categoryOfStatus(status: number): ErrorCategory | undefined {
  if (status < 300) return undefined;
  return byStatus.get(status) ?? (status < 500 ? 'client' : 'server');
}

/** Any error that carries an HTTP status: Nest's `HttpException`, axios, got, superagent, SDKs, a thrown `Response`. */
export const httpStatus: Recogniser = (error) => {
  const status = httpStatusOf(error);
  return status === undefined ? undefined : categoryOfStatus(status);
};
