import { codeTable } from '../code-table.js';
import type { Recogniser } from '../recogniser.js';

/** The whole messages of errors to which their library gave neither code nor name. */
const byMessage = codeTable({
  network: [
    // pg
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    // mysql2
    "Can't add new command when connection is in closed state",
    // TypeORM
    'Driver not Connected',
    // ioredis
    'Connection is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    "Cluster isn't ready and enableOfflineQueue options is false",
    'Failed to refresh slots cache.',
    'None of startup nodes is available',
    'Node is disconnected',
    // amqplib
    'channel closed',
    'Channel ended, no reply will be forthcoming',
    'Heartbeat timeout',
    'Socket closed abruptly during opening handshake',
    'Unexpected close',
  ],
  timeout: [
    // pg
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
    // ioredis, amqplib
    'Command timed out',
    'connect ETIMEDOUT',
  ],
  // pools of mysql2
  database: ['No connections available.', 'Queue limit reached.'],
  // amqplib: the broker could not take a message
  server: ['message nacked'],
  // pools of pg and mysql2 after their end
  client: ['Cannot use a pool after calling end on the pool', 'Pool is closed.'],
});

const byBeginning = [
  ['SASL: ', 'authentication'], // pg: what the password exchange came to
  ['Connection is not established with ', 'network'], // TypeORM
  ['All sentinels are unreachable', 'network'], // ioredis
  ['Socket timeout. Expecting data', 'timeout'], // ioredis
  ['Too many Cluster redirections.', 'database'], // ioredis
] as const;

/** Errors that clients throw with nothing but a message. */
export const clientMessage: Recogniser = ({ message }) => {
  if (typeof message !== 'string') return undefined;
  return byMessage.get(message) ?? byBeginning.find(([beginning]) => message.startsWith(beginning))?.[1];
};
