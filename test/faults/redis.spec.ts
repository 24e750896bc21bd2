import { setTimeout as delay } from 'node:timers/promises';
import { describeWithProgram } from '../support/own-server.js';
import { OwnRedis } from '../support/own-redis.js';
import { RedisInstance } from '../support/redis-instance.js';
import { until } from '../support/until.js';

describeWithProgram('redis-server', 'a Redis that', () => {
  let redis: OwnRedis;
  let here: RedisInstance;
  let there: RedisInstance;

  beforeEach(async () => {
    redis = await OwnRedis.start();
    [here, there] = [new RedisInstance({ url: redis.url }), new RedisInstance({ url: redis.url })];
    await Promise.all([here.connected(), there.connected()]);
    await there.call();
  });

  afterEach(async () => {
    redis.goOn();
    await Promise.all([here.close(), there.close()]);
    await redis.stop();
  });

  /** A call every few milliseconds, for as long as the fault lasts: how it ended, and how long it took. */
  async function during(fault: Promise<unknown>): Promise<number[]> {
    let isOver = false;
    void fault.then(() => (isOver = true));
    const durations: number[] = [];
    while (!isOver) {
      const startedAt = performance.now();
      expect(await here.call()).toBe('done');
      durations.push(performance.now() - startedAt);
      await delay(2);
    }
    return durations.sort((a, b) => a - b);
  }

  /** What one tells reaches the other again. */
  async function sharesAgain(): Promise<void> {
    await until(async () => {
      here.policy.breaker()!.reset();
      await here.fail();
      await delay(200);
      return there.state === 'open';
    });
  }

  it('hangs for 5 s delays no more than the first calls, and each by storeTimeout at most', async () => {
    redis.hang();
    const durations = await during(delay(5000));
    redis.goOn();
    await sharesAgain();

    // A handful waits until it is known; one in a hundred of them all, on a machine however slow.
    expect(durations.filter((ms) => ms > 45).length).toBeLessThan(durations.length / 50);
  });

  it('comes and goes every 100 ms fails no call, and is shared again when it stays', async () => {
    const flapping = (async () => {
      for (let turn = 0; turn < 30; turn++) {
        await redis.kill();
        await delay(100);
        await redis.start();
        await delay(100);
      }
    })();
    await during(flapping);
    await sharesAgain();

    expect(here.turns.at(-1)).toBe('recovered');
  });
});
