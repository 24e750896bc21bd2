import { HttpException } from '@nestjs/common';

/** The status that proxies log for a request whose client did not wait for the answer. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * Why a call was aborted: nobody waits for its answer any more. Never sent, for there is no one to send it to; as an
 * `HttpException` it is what Nest's own filter passes over without a line in the log.
 */
export class ClientGoneException extends HttpException {
  constructor() {
    super('the client went away before it was answered', CLIENT_CLOSED_REQUEST);
  }
}
