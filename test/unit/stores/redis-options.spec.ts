import { Cluster, Redis } from 'ioredis';
import { RedisStateStore } from '../../../lib/stores/redis/redis-state-store.js';
import { issuesOf } from '../../support/issues-of.js';

const url = 'redis://localhost:6379';
const faults = (options: object) => issuesOf(() => new RedisStateStore(options));

describe('RedisStateStore', () => {
  it('takes clients of ioredis as they are, without connecting', () => {
    const redis = new Redis({ lazyConnect: true });
    const cluster = new Cluster([{ host: 'localhost' }], { lazyConnect: true });

    expect(new RedisStateStore({ client: redis }).exchange.quorum).toBe(2);
    expect(new RedisStateStore({ client: cluster }).permits).toMatchObject({
      answerWithinMs: 50,
      expectedInstances: 1,
    });
    expect([redis.status, cluster.status]).toEqual(['wait', 'wait']);
  });

  it('tells where it is, but no password', () => {
    const { description } = new RedisStateStore({ url: 'redis://admin:secret@cache:6380/2', prefix: 'shop' });

    expect(description).toBe('Redis cache:6380/2, prefix shop');
  });

  it('refuses what is wrong, all at once', () => {
    expect(
      faults({ url, prefix: 'a{b', quorum: 0, storeTimeout: 0, expectedInstances: 1.5, quorom: 1 }),
    ).toHaveLength(5);
    expect(faults({ client: {} })).toEqual([expect.stringContaining('expected a client of ioredis')]);
  });

  it.each([{}, { url, client: new Redis({ lazyConnect: true }) }])(
    'wants one of client and url: %#',
    (options) => {
      expect(faults(options)).toEqual([
        'RedisStateStore: expected either a client or a url, not both and not neither',
      ]);
    },
  );

  it.each(['localhost:6379', 'http://localhost', 'redis://user:secret@', '', 5])(
    'refuses the url %p without printing it',
    (wrong) => {
      expect(faults({ url: wrong })).toEqual([
        "RedisStateStore: url: expected a URL such as 'redis://localhost:6379'",
      ]);
    },
  );
});
