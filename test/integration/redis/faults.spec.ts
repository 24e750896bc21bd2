import { openClient } from '../../../lib/stores/redis/own-client.js';
import type { RedisStateStoreOptions } from '../../../lib/stores/redis/redis-store-options.js';
import { describeWithProgram } from '../../support/own-server.js';
import { OwnRedis } from '../../support/own-redis.js';
import { RedisInstance } from '../../support/redis-instance.js';
import { until } from '../../support/until.js';

describeWithProgram('redis-server', 'instances that share a Redis', () => {
  let redis: OwnRedis;
  const instances: RedisInstance[] = [];

  const instance = (store: RedisStateStoreOptions = { url: redis.url }, options = {}): RedisInstance => {
    const made = new RedisInstance(store, options);
    instances.push(made);
    return made;
  };

  /** Whether what one of them decides reaches the other: it opens, and by a reset it closes again. */
  async function share(here: RedisInstance, there: RedisInstance): Promise<void> {
    await there.call();
    await until(async () => {
      here.policy.breaker()!.reset();
      await here.fail();
      for (let i = 0; i < 100 && there.state !== 'open'; i++)
        await new Promise((next) => setTimeout(next, 10));
      return there.state === 'open';
    });
    here.policy.breaker()!.reset();
    await until(() => there.state === 'closed');
  }

  const allDone = (results: readonly string[]): void => {
    expect(results.filter((result) => result !== 'done')).toEqual([]);
  };

  beforeEach(async () => {
    redis = await OwnRedis.prepare();
  });

  afterEach(async () => {
    redis.goOn();
    for (const one of instances.splice(0)) await one.close();
    await redis.stop();
  });

  it('begin without it, and share once it is there', async () => {
    const [here, there] = [instance(), instance()];
    await until(() => here.turns.length > 0);
    allDone(await here.calls(500));
    await redis.start();
    await share(here, there);

    expect(here.turns).toEqual(['unavailable', 'recovered']);
  });

  it('go on when it is killed, and share again when it is back', async () => {
    await redis.start();
    const [here, there] = [instance(), instance()];
    await share(here, there);
    await redis.kill();
    await until(() => here.turns.length > 0);
    allDone(await here.calls(500));
    await redis.start();
    await share(here, there);

    expect(here.turns).toEqual(['unavailable', 'recovered']);
  });

  it('go on while it hangs: nothing piles up, and nothing breaks loose afterwards', async () => {
    await redis.start();
    const client = redis.client();
    const [here, there] = [instance({ client }), instance()];
    await share(here, there);
    redis.hang();
    allDone(await here.calls(5000));
    await until(() => here.turns.length > 0);
    for (let turn = 0; turn < 20; turn++) allDone(await here.calls(500));
    expect(pendingOf(client)).toBeLessThanOrEqual(10);
    redis.goOn();
    await share(here, there);

    expect(here.turns).toEqual(['unavailable', 'recovered']);
  });

  it.each([
    ['everything is flushed', (one: OwnRedis) => one.client().flushall()],
    ['its scripts are flushed', (one: OwnRedis) => one.client().script('FLUSH')],
    ['it starts anew', (one: OwnRedis) => one.restart()],
    ['it loses its connections', (one: OwnRedis) => one.client().client('KILL', 'TYPE', 'normal')],
  ])('share again when %s', async (_, fault) => {
    await redis.start();
    const [here, there] = [instance(), instance()];
    await share(here, there);
    await fault(redis);
    allDone(await here.calls(100));
    await share(here, there);

    expect(here.state).toBe('closed');
  });

  it('share where an access list forbids to subscribe', async () => {
    await redis.start();
    await redis
      .client()
      .acl('SETUSER', 'limited', 'on', '>secret', '~*', 'resetchannels', '+@all', '-subscribe', '-publish');
    const url = redis.url.replace('//', '//limited:secret@');
    const [here, there] = [instance({ url }), instance({ url })];
    await share(here, there);
    allDone(await here.calls(100));

    expect(here.turns).toEqual([]);
  });

  it('go on where an access list forbids scripts, or a password is wrong, and say so once without it', async () => {
    await redis.start();
    await redis.client().acl('SETUSER', 'limited', 'on', '>secret', '~*', '+@all', '-eval', '-evalsha');
    const poor = instance({ url: redis.url.replace('//', '//limited:secret@') });
    const wrong = instance({ url: redis.url.replace('//', '//limited:guessed@') });
    const said: unknown[] = [];
    for (const one of [poor, wrong])
      one.policy.events.on('storeUnavailable', ({ error, store }) => said.push(String(error), store));
    await until(() => poor.turns.length > 0 && wrong.turns.length > 0);
    allDone(await poor.calls(100));
    allDone(await wrong.calls(100));

    expect([poor.turns, wrong.turns]).toEqual([['unavailable'], ['unavailable']]);
    expect(said.join(' ')).not.toMatch(/secret|guessed/);
  });

  it('go on where it may only be read', async () => {
    await redis.start();
    const [here, there] = [instance(), instance()];
    await share(here, there);
    const client = redis.client();
    await client.replicaof('127.0.0.1', 1);
    allDone(await here.calls(100));
    await here.fail();
    await until(() => here.turns.length > 0);
    await client.replicaof('NO', 'ONE');
    await share(here, there);

    expect(here.turns[0]).toBe('unavailable');
  });

  it('subscribe again themselves: ioredis would leave the rejection of a connection lost meanwhile unhandled', async () => {
    await redis.start();
    const client = redis.client();
    const duplicates = jest.spyOn(client, 'duplicate');
    await share(instance({ client }), instance());
    const { options } = duplicates.mock.results[0]!.value as typeof client;

    expect(options.autoResubscribe).toBe(false);
  });

  it('keep no timer of a connection that was lost while an answer was awaited', async () => {
    await redis.start();
    const client = await openClient(redis.url, () => 0.5);
    client.on('error', () => undefined);
    await until(() => client.status === 'ready');
    redis.hang();
    const answer = client.eval('return 1', 0).catch(() => 'lost');
    await redis.kill();

    expect(await answer).toBe('lost');
    await until(() => client.status !== 'ready');
    expect(client).toHaveProperty('socketTimeoutTimer', undefined);
    client.disconnect();
  });

  it('leave the client of the user as it was', async () => {
    await redis.start();
    const client = redis.client();
    const listeners = ['ready', 'close', 'error'].map((event) => client.listenerCount(event));
    const here = instance({ client });
    await here.call();
    await here.close();

    expect(await client.ping()).toBe('PONG');
    expect(['ready', 'close', 'error'].map((event) => client.listenerCount(event))).toEqual(listeners);
    await until(
      async () =>
        String(await client.client('LIST'))
          .trim()
          .split('\n').length === 1,
    );
  });

  it('probe once for all twenty of them in each open period', async () => {
    await redis.start();
    const circuitBreaker = { failureThreshold: 1, resetTimeout: '300ms', resetTimeoutFactor: 1 };
    const options = { circuitBreaker, rateLimiter: undefined } as const;
    const store = { url: redis.url, quorum: 2, storeTimeout: '60s' };
    const fleet = Array.from({ length: 20 }, () => instance(store, options));
    await Promise.all(fleet.map((one) => one.connected()));
    await Promise.all(fleet.map((one) => one.fail()));
    const invoked = (): number => fleet.reduce((sum, one) => sum + one.invoked, 0);
    for (let period = 1; period <= 3; period++) {
      const before = invoked();
      await until(async () => {
        await Promise.all(fleet.map((one) => one.fail()));
        return invoked() > before;
      });
      expect(invoked() - before).toBe(1);
    }
    await until(async () => {
      await Promise.all(fleet.map((one) => one.call()));
      return fleet.every((one) => one.state === 'closed');
    });

    expect(fleet.filter(({ reasons }) => reasons.at(-1) === 'closed: probes')).toHaveLength(1);
  });

  it('keep one limit together', async () => {
    await redis.start();
    const options = { rateLimiter: { limit: 20, interval: '1h', shared: true, storeTimeout: '60s' } };
    const fleet = Array.from({ length: 5 }, () => instance({ url: redis.url, storeTimeout: '60s' }, options));
    await share(fleet[0]!, fleet[1]!);
    await redis.client().flushall();
    const results = (await Promise.all(fleet.map((one) => one.calls(20)))).flat();

    expect(results.filter((result) => result === 'done')).toHaveLength(20);
    expect(results.filter((result) => result === 'RATE_LIMITED')).toHaveLength(80);
  });
});

function pendingOf(client: unknown): number {
  return (client as { commandQueue: { length: number } }).commandQueue.length;
}
