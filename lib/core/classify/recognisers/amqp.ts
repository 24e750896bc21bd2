import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { ErrorLike, Recogniser } from '../recogniser.js';

interface AmqpError extends ErrorLike {
  readonly classId?: unknown;
  readonly methodId?: unknown;
}

/** Reply codes of AMQP 0-9-1. They look like HTTP statuses and mean something else. */
const byCode = codeTable({
  network: [313, 320, 501, 504, 505], // NO_CONSUMERS, CONNECTION_FORCED, a connection out of step
  server: [506, 541], // RESOURCE_ERROR, INTERNAL_ERROR
  authorization: [403, 530], // ACCESS_REFUSED, NOT_ALLOWED
  notFound: [312, 402, 404], // NO_ROUTE, INVALID_PATH, NOT_FOUND
  conflict: [405, 406], // RESOURCE_LOCKED, PRECONDITION_FAILED
  client: [311], // CONTENT_TOO_LARGE
  programming: [502, 503, 540], // SYNTAX_ERROR, COMMAND_INVALID, NOT_IMPLEMENTED
});

/** How amqplib tells what the broker said when it closed a channel or the connection, for instance `404 (NOT-FOUND)`. */
const CLOSED_BY_BROKER =
  /^(?:Operation failed: \w+;|Channel closed by server:|Connection closed:) (\d{3}) \(/;

/** Before the connection is open, 403 speaks of the login. */
const REFUSED_AT_LOGIN = 'Handshake terminated by server: 403 ';

/** Errors of `amqplib`: what the broker closed a channel or the connection with, and uses of what is closed. */
export const amqp: Recogniser = (error) => {
  const { name, code, classId, methodId, message } = error as AmqpError;
  if (typeof classId === 'number' && typeof methodId === 'number') return byCode.get(code);
  if (typeof message !== 'string') return undefined;
  return name === 'IllegalOperationError' ? ofIllegalOperation(message) : ofReply(message);
};

/** amqplib's word for what is closed or closing; other uses out of order are mistakes. */
function ofIllegalOperation(message: string): ErrorCategory {
  return /^(?:Channel|Connection) clos/.test(message) ? 'network' : 'programming';
}

function ofReply(message: string): ErrorCategory | undefined {
  if (message.startsWith(REFUSED_AT_LOGIN)) return 'authentication';
  const code = CLOSED_BY_BROKER.exec(message)?.[1];
  return code === undefined ? undefined : byCode.get(Number(code));
}
