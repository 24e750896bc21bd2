import { Redis, type RedisOptions } from 'ioredis';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { describeWithServer, uniqueName } from '../../support/servers.js';
import { closedPort, startSilentServer, thrownBy, untilTrue } from './support.js';

const again = (): number => 1;

describeWithServer('Redis', (address) => {
  const key = uniqueName('holdfast');
  const user = uniqueName('holdfast_user');
  const clients: Redis[] = [];
  let client: Redis;

  function create(options: RedisOptions = {}): Redis {
    const made = new Redis({ ...address, lazyConnect: true, retryStrategy: () => null, ...options });
    made.on('error', () => {}); // ioredis tells here why it has no connection
    clients.push(made);
    return made;
  }

  beforeAll(async () => {
    client = create();
    await client.set(key, 'text');
    await client.call('acl', 'setuser', user, 'on', '>secret', `~${key}`, '+get', '+info', '+client');
  });
  afterAll(async () => {
    await client.call('acl', 'deluser', user);
    await client.del(key);
    for (const one of clients) one.disconnect();
  });

  describe('what ioredis really throws', () => {
    it.each([
      ['a key of another type', () => client.lpush(key, 'x'), 'client'],
      ['the same in a script', () => client.eval(`return redis.call('lpush', KEYS[1], 1)`, 1, key), 'client'],
      ['a script that Redis does not know', () => client.evalsha('0'.repeat(40), 0), 'notFound'],
      ['a script that is wrong', () => client.eval('return +', 0), 'programming'],
      ['a command that does not exist', () => client.call('nope'), 'programming'],
      ['arguments that are missing', () => client.call('get'), 'programming'],
      ['a value that is no number', () => client.incr(key), 'validation'],
      ['a transaction with a command that failed', () => client.multi().call('nope').exec(), 'client'],
    ] as const)('for %s is permanent', async (_, operation, category) => {
      const error = await thrownBy(operation);

      expect(classify(error)).toBe(category);
      expect(isPermanent(error, classify)).toBe(true);
    });

    it('for a wrong password is authentication', async () => {
      const wrong = create({ username: user, password: 'wrong' });

      expect(classify(await thrownBy(() => wrong.get(key)))).toBe('authentication');
    });

    it('for a command or a key that the user may not use is authorization', async () => {
      const poor = create({ username: user, password: 'secret' });

      expect(classify(await thrownBy(() => poor.set(key, 'x')))).toBe('authorization');
      expect(classify(await thrownBy(() => poor.get(`${key}:other`)))).toBe('authorization');
    });

    it('for a connection that the server kills is network, and proves nothing', async () => {
      const victim = create();
      const id = await victim.client('ID');
      const running = thrownBy(() => victim.blpop(`${key}:empty`, 0));
      await untilBlocked(id, running);
      await client.client('KILL', 'ID', id);
      const error = await running;

      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(false);
      expect(classify(await thrownBy(() => victim.get(key)))).toBe('network');
    });

    it.each([
      ['gives up', {}],
      ['has used up its retries', { retryStrategy: again, maxRetriesPerRequest: 0 }],
    ])('for a connection that is cut, where the client %s, is network', async (_, options: RedisOptions) => {
      const proxy = await startCuttingProxy(address);
      const victim = create({ host: proxy.host, port: proxy.port, ...options });
      const id = await victim.client('ID');
      const running = thrownBy(() => victim.blpop(`${key}:empty`, 0));
      await untilBlocked(id, running);
      proxy.cut();
      const error = await running;
      victim.disconnect();
      await proxy.close();

      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(false);
    });

    it.each([
      ['connecting', (redis: Redis) => redis.connect(), {}],
      ['a command', (redis: Redis) => redis.get(key), {}],
      ['a command without a queue', (redis: Redis) => redis.get(key), { enableOfflineQueue: false }],
      [
        'a command with retries',
        (redis: Redis) => redis.get(key),
        { maxRetriesPerRequest: 1, retryStrategy: again },
      ],
    ])('for a closed port is network, on %s', async (_, operation, options: RedisOptions) => {
      const refused = create({ host: '127.0.0.1', port: await closedPort(), ...options });
      const error = await thrownBy(() => operation(refused));
      refused.disconnect();

      expect(classify(error)).toBe('network');
    });

    it('for a server that does not answer is timeout', async () => {
      const silent = await startSilentServer();
      const waiting = create({ host: '127.0.0.1', port: silent.port, commandTimeout: 10 });
      const error = await thrownBy(() => waiting.get(key));
      waiting.disconnect();
      await silent.close();

      expect(classify(error)).toBe('timeout');
    });
  });

  function untilBlocked(id: number, running: Promise<unknown>): Promise<void> {
    const isBlocked = async () => String(await client.client('LIST', 'ID', id)).includes('cmd=blpop');
    return untilTrue(isBlocked, running);
  }
});
