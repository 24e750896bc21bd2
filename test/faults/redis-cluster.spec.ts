import { OwnCluster, OwnSentinel } from '../support/own-cluster.js';
import { describeWithProgram } from '../support/own-server.js';
import { RedisInstance } from '../support/redis-instance.js';
import { until } from '../support/until.js';

describeWithProgram('redis-server', 'over a client that the user gives', () => {
  let servers: OwnCluster | OwnSentinel;
  const instances: RedisInstance[] = [];

  const instance = (options = {}): RedisInstance => {
    const made = new RedisInstance({ client: servers.client(), storeTimeout: '5s' }, options);
    instances.push(made);
    return made;
  };

  const pair = async (options = {}): Promise<[RedisInstance, RedisInstance]> => {
    const two: [RedisInstance, RedisInstance] = [instance(options), instance(options)];
    await Promise.all(two.map((one) => one.connected()));
    return two;
  };

  afterEach(async () => {
    for (const one of instances.splice(0)) await one.close();
    await servers.stop();
  });

  describe.each([
    ['a Cluster', () => OwnCluster.start()],
    ['Sentinels', () => OwnSentinel.start()],
  ])('of %s', (_, start) => {
    beforeEach(async () => {
      servers = await start();
    });

    it('instances share openings, and one success of the one probe closes all', async () => {
      const [here, there] = await pair({ circuitBreaker: { resetTimeout: '300ms' } });
      await there.call();
      await here.fail();
      await until(() => there.reasons.includes('open: shared'));
      await until(async () => (await there.call()) === 'done');
      await until(() => here.state === 'closed');

      expect(there.reasons).toContain('closed: probes');
      expect(here.reasons).toEqual(['open: failureThreshold', 'closed: shared']);
      expect(here.turns).toEqual([]);
    });

    it('instances share one rate limit', async () => {
      const [here, there] = await pair({ rateLimiter: { limit: 6, interval: '1h', shared: true } });
      const results = (await Promise.all([here.calls(10), there.calls(10)])).flat();

      expect(results.filter((result) => result === 'done')).toHaveLength(6);
      expect([here.turns, there.turns]).toEqual([[], []]);
    });

    it('instances share one retry budget', async () => {
      const retry = {
        maxAttempts: 50,
        backoff: { type: 'fixed', initialDelay: 0 },
        budget: { ratio: 0.01, minPerSecond: 1, window: '10s', shared: true },
      };
      const circuitBreaker = { failureThreshold: 1_000_000 };
      const [here, there] = await pair({ retry, circuitBreaker });
      await here.fail();
      const spent = here.invoked;
      // Counts are told with the next call, a quarter of a second later, and heard likewise.
      for (const one of [here, there]) {
        await new Promise((next) => setTimeout(next, 300));
        await one.call();
      }
      await new Promise((next) => setTimeout(next, 300));
      await there.fail();

      expect(spent).toBeGreaterThan(5);
      expect(there.invoked).toBeLessThan(spent);
    });
  });

  it('of Sentinels, sharing goes on over the replica that took the place of a killed master', async () => {
    servers = await OwnSentinel.start();
    const [here, there] = await pair();
    await there.call();
    await servers.kill(0);
    expect(new Set(await here.calls(100))).toEqual(new Set(['done']));
    await until(() => here.turns.includes('recovered') && there.turns.length % 2 === 0);
    await until(async () => {
      here.policy.breaker()!.reset();
      await here.fail();
      await new Promise((next) => setTimeout(next, 200));
      return there.state === 'open';
    });

    expect(here.turns.at(-1)).toBe('recovered');
  });
});
