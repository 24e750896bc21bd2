import { printable } from '../printable.js';

/**
 * An answer with a status that counts as a failure, as retries, breakers, fallbacks and listeners see it. The caller of
 * `resilientFetch` gets the response itself.
 *
 * @public
 */
export class ResponseError extends Error {
  /** The status of the response. */
  readonly status: number;
  /** The response, its body unread. Not enumerable: its headers may hold secrets. */
  declare readonly response: Response;

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'ResponseError',
      configurable: true,
      writable: true,
    });
  }

  constructor(response: Response) {
    super(`HTTP ${response.status} ${printable(response.statusText)}`.trimEnd());
    this.status = response.status;
    Object.defineProperty(this, 'response', { value: response });
  }
}
