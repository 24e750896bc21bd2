/**
 * What kind of thing went wrong, whichever library threw it.
 *
 * | category | means | permanent |
 * |---|---|---|
 * | `network` | no connection, or it broke | |
 * | `timeout` | nothing came in time | |
 * | `rateLimit` | the dependency asks for less | |
 * | `server` | the dependency failed | |
 * | `database` | deadlock, serialization failure, lock timeout, a database that is full, starting or stopping | |
 * | `authentication` | credentials missing or wrong | yes |
 * | `authorization` | credentials known, but not enough | yes |
 * | `notFound` | nothing there | yes |
 * | `validation` | the input was refused | yes |
 * | `client` | another refusal of the request as it is | yes |
 * | `conflict` | the state of the resource forbids it | yes |
 * | `aborted` | the caller gave up | yes |
 * | `rejected` | refused by this library without running | yes |
 * | `programming` | a mistake in the code | yes |
 * | `unknown` | nothing is known about it | |
 *
 * Permanent errors are not retried by default.
 *
 * @public
 */
export type ErrorCategory =
  | 'network'
  | 'timeout'
  | 'rateLimit'
  | 'server'
  | 'database'
  | 'authentication'
  | 'authorization'
  | 'notFound'
  | 'validation'
  | 'client'
  | 'conflict'
  | 'aborted'
  | 'rejected'
  | 'programming'
  | 'unknown';

const permanence: Readonly<Record<ErrorCategory, boolean>> = {
  network: false,
  timeout: false,
  rateLimit: false,
  server: false,
  database: false,
  authentication: true,
  authorization: true,
  notFound: true,
  validation: true,
  client: true,
  conflict: true,
  aborted: true,
  rejected: true,
  programming: true,
  unknown: false,
};

/** Every category, in the order of the contract. */
export const errorCategories = Object.freeze(Object.keys(permanence)) as readonly ErrorCategory[];

export function isErrorCategory(value: unknown): value is ErrorCategory {
  return typeof value === 'string' && Object.hasOwn(permanence, value);
}

/** Whether trying again cannot help: the errors of this category are not retried by default. */
export function isPermanentCategory(category: ErrorCategory): boolean {
  return permanence[category];
}
