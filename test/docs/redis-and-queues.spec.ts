import { queueBackoff } from '../../lib/index.js';
import { resolveRedisOptions } from '../../lib/stores/redis/redis-store-options.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument, tableUnder } from '../support/markdown.js';

const redis = readDocument('docs/redis.md');
const queues = readDocument('docs/queues.md');

describe('docs/redis and docs/queues', () => {
  it('have TypeScript that compiles in a strict project', () => {
    const blocks = [redis, queues].flatMap((text, page) =>
      codeBlocks(text, 'ts').map(({ code }, index) => [`page-${page}-${index}.ts`, code] as const),
    );

    expect(blocks).toHaveLength(4);
    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });

  it('tell the options of the store with their defaults', () => {
    const { storeTimeoutMs, ...settings } = resolveRedisOptions({ url: 'redis://localhost' });
    const told = Object.fromEntries(tableUnder(redis, 'option').map(([name = '', value]) => [name, value]));

    expect(told).toEqual({
      client: '–',
      url: '–',
      prefix: `'${settings.prefix}'`,
      quorum: String(settings.quorum),
      storeTimeout: `'${storeTimeoutMs}ms'`,
      expectedInstances: String(settings.expectedInstances),
    });
  });

  it('tell what a queue does after which error', () => {
    const strategy = queueBackoff({ initialDelay: '5s', maxDelay: '10m', jitter: false });

    expect(strategy(1, 'custom', Object.assign(new Error('no'), { status: 404 }))).toBe(-1);
    expect(strategy(2, 'custom', Object.assign(new Error('down'), { code: 'ECONNRESET' }))).toBe(10_000);
  });
});
