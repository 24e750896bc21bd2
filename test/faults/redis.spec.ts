import { setTimeout as delay } from 'node:timers/promises';
import { AddedLatency } from './support/added-latency.js';
import { describeWithProgram } from '../support/own-server.js';
import { OwnRedis } from '../support/own-redis.js';
import { RedisInstance } from '../support/redis-instance.js';
import { until } from '../support/until.js';

describeWithProgram('redis-server', 'a Redis that', () => {
  let redis: OwnRedis;
  let here: RedisInstance;
  let there: RedisInstance;
  /** It asks no shared limit. */
  let unlimited: RedisInstance;

  beforeEach(async () => {
    redis = await OwnRedis.start();
    [here, there] = [new RedisInstance({ url: redis.url }), new RedisInstance({ url: redis.url })];
    await Promise.all([here.connected(), there.connected()]);
    unlimited = new RedisInstance({ url: redis.url }, { rateLimiter: false });
    await unlimited.connected();
    await there.call();
  });

  afterEach(async () => {
    redis.goOn();
    await Promise.all([here.close(), there.close(), unlimited.close()]);
    await redis.stop();
  });

  /** Calls every few milliseconds, for as long as the fault lasts. */
  async function during(fault: Promise<unknown>): Promise<AddedLatency> {
    const added = new AddedLatency(here, unlimited);
    let isOver = false;
    void fault.then(() => (isOver = true));
    while (!isOver) {
      await added.measure();
      await delay(2);
    }
    await added.close();
    return added;
  }

  const expectNothingAdded = (added: AddedLatency): void => {
    expect(added.results).toEqual(new Set(['done']));
    expect(added.turns).toBe(0);
    expect(added.p99()).toBeLessThan(5);
  };

  /** What one tells reaches the other again. */
  async function sharesAgain(): Promise<void> {
    await until(async () => {
      here.policy.breaker()!.reset();
      await here.fail();
      await delay(200);
      return there.state === 'open';
    });
  }

  it.each([
    ['is down', () => redis.kill().then(() => delay(2000))],
    ['hangs for 5 s', () => (redis.hang(), delay(5000))],
    [
      'is flushed',
      () =>
        redis
          .client()
          .flushall()
          .then(() => delay(1000)),
    ],
    ['is restarted', () => redis.restart().then(() => delay(1000))],
  ])('%s adds less than 5 ms to 99 of 100 calls, fails none, and is shared again', async (_, fault) => {
    const added = await during(fault());
    redis.goOn();
    if (!redis.isRunning) await redis.start();
    await sharesAgain();

    expectNothingAdded(added);
  });

  it('comes and goes every 100 ms adds less than 5 ms to 99 of 100 calls, fails none, and is shared again when it stays', async () => {
    const flapping = (async () => {
      for (let turn = 0; turn < 30; turn++) {
        await redis.kill();
        await delay(100);
        await redis.start();
        await delay(100);
      }
    })();
    const added = await during(flapping);
    await sharesAgain();

    expectNothingAdded(added);
    expect(here.turns.at(-1)).toBe('recovered');
  });
});
