import { Redis } from 'ioredis';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { describeWithProgram, startOwnRedis } from '../../support/own-server.js';
import { thrownBy, untilTrue } from './support.js';

describeWithProgram('redis-server', 'what ioredis really throws of a Redis', () => {
  let server: Awaited<ReturnType<typeof startOwnRedis>>;
  let client: Redis;

  async function start(...options: string[]): Promise<void> {
    server = await startOwnRedis(...options);
    client = connect();
  }

  const connect = (options = {}) => new Redis({ path: server.path, ...options }).on('error', () => {});

  afterEach(async () => {
    client.disconnect();
    await server.stop();
  });

  it.each([
    ['that is a replica', ['--replicaof', '127.0.0.1 1'], 'READONLY'],
    ['that is full', ['--maxmemory', '1'], 'OOM'],
    ['that has lost its replicas', ['--min-replicas-to-write', '1'], 'NOREPLICAS'],
  ])('%s is database', async (_, options, word) => {
    await start(...options);
    const error = await thrownBy(() => client.set('key', 'x'));

    expect(error).toMatchObject({ message: expect.stringMatching(`^${word} `) });
    expect(classify(error)).toBe('database');
    expect(isPermanent(error, classify)).toBe(false);
  });

  it('that is a replica without its master is database', async () => {
    await start('--replicaof', '127.0.0.1 1', '--replica-serve-stale-data', 'no');

    expect(classify(await thrownBy(() => client.get('key')))).toBe('database');
  });

  it('that runs a script for too long is database', async () => {
    await start('--busy-reply-threshold', '1');
    const looping = thrownBy(() => client.eval('while true do end', 0));
    // To find out whether it is ready, it would ask the server what that answers with BUSY, too.
    const other = connect({ enableReadyCheck: false });
    let error: unknown;
    await untilTrue(async () => {
      error = await other.get('key').catch((reason: unknown) => reason);
      return error !== null;
    }, looping);
    await other.script('KILL');
    await looping;
    other.disconnect();

    expect(error).toMatchObject({ message: expect.stringMatching('^BUSY ') });
    expect(classify(error)).toBe('database');
  });

  it('that wants a password is authentication', async () => {
    await start('--requirepass', 'secret');

    expect(classify(await thrownBy(() => client.get('key')))).toBe('authentication');
  });

  it('of a cluster that has no slots is database', async () => {
    await start('--cluster-enabled', 'yes');

    expect(classify(await thrownBy(() => client.get('key')))).toBe('database');
  });
});
