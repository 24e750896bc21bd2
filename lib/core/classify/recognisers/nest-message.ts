import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { Recogniser } from '../recogniser.js';

const byMessage = codeTable({
  network: [
    'Connection closed', // requests under way when a client was closed or lost its server
    'Error: Connection lost. Trying to reconnect...',
    'The net socket is closed.',
  ],
  notFound: ['There is no matching message handler defined in the remote service.'],
  programming: ['The invalid data or message pattern (undefined/null)'],
});

const byBeginning: readonly (readonly [string, ErrorCategory])[] = [
  ['Empty response. There are no subscribers listening to that message', 'network'],
  ['An unsupported message was received. It has been negative acknowledged', 'notFound'],
];

/** What Nest's own filters for messages and gateways make of an error that is no `RpcException` or `WsException`. */
const FAILED_INSIDE = 'Internal server error';

/** What Nest's `ClientProxy` fails with, as an error or as the plain object that came from the other side. */
export const nestMessage: Recogniser = (error) => {
  const { message, status } = error as { readonly message?: unknown; readonly status?: unknown };
  if (status === 'error' && message === FAILED_INSIDE) return 'server';
  return categoryOfMessage(message);
};

/** The same for the bare text that it fails with now and then. */
export function categoryOfMessage(message: unknown): ErrorCategory | undefined {
  if (typeof message !== 'string') return undefined;
  return byMessage.get(message) ?? byBeginning.find(([beginning]) => message.startsWith(beginning))?.[1];
}

/** Why a connection to RabbitMQ failed: `amqp-connection-manager` hands that on as `{ err, url }`. Never throws. */
export function failedConnection(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const { err, url } = error as { readonly err?: unknown; readonly url?: unknown };
    return typeof err === 'object' && url !== undefined && !('message' in error) ? err : undefined;
  } catch {
    return undefined; // an error that throws on access says nothing of what failed
  }
}
