import { classify } from '../../../../../lib/core/classify/classify.js';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('a reply of Redis', () => {
  it.each([
    ['READONLY You can’t write against a read only replica.', 'database'],
    ['LOADING Redis is loading the dataset in memory', 'database'],
    ['MASTERDOWN Link with MASTER is down', 'database'],
    ['CLUSTERDOWN The cluster is down', 'database'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'database'],
    ['BUSY Redis is busy running a script.', 'database'],
    ['OOM command not allowed', 'database'],
    ['ERR max number of clients reached', 'database'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'authentication'],
    ['NOAUTH Authentication required.', 'authentication'],
    ['NOPERM this user has no permissions', 'authorization'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'client'],
    ['EXECABORT Transaction discarded because of previous errors.', 'client'],
    ['NOSCRIPT No matching script. Please use EVAL.', 'notFound'],
    ['ERR no such key', 'notFound'],
    ['BUSYGROUP Consumer Group name already exists', 'conflict'],
    ['ERR value is not an integer or out of range', 'validation'],
    ["ERR unknown command 'nope'", 'programming'],
    ['ERR something else', 'unknown'],
    ['MINE is the word of a script', 'unknown'],
    ['READONLY', 'database'],
    ['', 'unknown'],
  ])('%j is %s, but only under the name of a reply', (message, category) => {
    expect(classify(named('ReplyError', message))).toBe(category);
    expect(classify(named('Error', message))).toBe('unknown');
  });
});

describe("ioredis' own errors", () => {
  it.each([
    ['MaxRetriesPerRequestError', 'Reached the max retries per request limit', 'network'],
    ['ClusterAllFailedError', 'Failed to refresh slots cache.', 'network'],
    ['AbortError', 'Command aborted due to connection close', 'network'],
    ['AbortError', 'This operation was aborted', 'timeout'],
    ['Error', 'Connection is closed.', 'network'],
    ['Error', "Stream isn't writeable and enableOfflineQueue options is false", 'network'],
    ['Error', 'Command timed out', 'timeout'],
    ['Error', 'All sentinels are unreachable. Retrying from scratch after 10ms.', 'network'],
  ])('%s, %j, is %s', (name, message, category) => {
    expect(classify(named(name, message))).toBe(category);
  });
});
