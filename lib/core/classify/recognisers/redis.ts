import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { Recogniser } from '../recogniser.js';

/** The first word of a reply. */
const byWord = codeTable({
  database: [
    'ASK',
    'BUSY',
    'CLUSTERDOWN',
    'INPROG',
    'LOADING',
    'MASTERDOWN',
    'MISCONF',
    'MOVED',
    'NOGOODSLAVE',
    'NOMASTERLINK',
    'NOREPLICAS',
    'OOM',
    'READONLY',
    'TRYAGAIN',
    'UNBLOCKED',
  ],
  authentication: ['NOAUTH', 'WRONGPASS'],
  authorization: ['DENIED', 'NOPERM'],
  notFound: ['NOGROUP', 'NOSCRIPT'],
  conflict: ['BUSYGROUP', 'BUSYKEY'],
  client: ['EXECABORT', 'NOPROTO', 'WRONGTYPE'],
  programming: ['CROSSSLOT'],
});

/** What follows `ERR`, by its beginning. */
const byErr: readonly (readonly [string, ErrorCategory])[] = [
  ['max number of clients reached', 'database'],
  ['invalid password', 'authentication'],
  ['Client sent AUTH', 'authentication'],
  ['no such key', 'notFound'],
  ['value is not', 'validation'],
  ['hash value is not', 'validation'],
  ['increment or decrement would overflow', 'validation'],
  ['invalid expire time', 'validation'],
  ['string exceeds maximum allowed size', 'validation'],
  ['unknown command', 'programming'],
  ['unknown subcommand', 'programming'],
  ['wrong number of arguments', 'programming'],
  ['syntax error', 'programming'],
  ['Error compiling script', 'programming'],
];

const byName = codeTable({
  network: ['ClusterAllFailedError', 'MaxRetriesPerRequestError'],
});

/** Under the name of an abort, ioredis tells that its connection went away. */
const ABORTED = 'Command aborted due to connection close';

/** Errors of ioredis: replies of Redis by their first word, and its own by name. */
export const redis: Recogniser = ({ name, message }) => {
  if (name === 'ReplyError' && typeof message === 'string') return ofReply(message);
  if (name === 'AbortError' && message === ABORTED) return 'network';
  return byName.get(name);
};

function ofReply(message: string): ErrorCategory | undefined {
  const end = message.indexOf(' ');
  const word = end < 0 ? message : message.slice(0, end);
  if (word !== 'ERR') return byWord.get(word);
  return byErr.find(([beginning]) => message.startsWith(beginning, 4))?.[1];
}
