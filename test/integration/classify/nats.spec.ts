import { connect, Empty, JSONCodec, type ConnectionOptions, type NatsConnection } from 'nats';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { describeWithProgram, startOwnNats } from '../../support/own-server.js';
import { describeWithServer, uniqueName } from '../../support/servers.js';
import { closedPort, startSilentServer, thrownBy } from './support.js';

describeWithServer('NATS', ({ host, port }) => {
  const subject = uniqueName('holdfast');
  const connections: NatsConnection[] = [];
  let client: NatsConnection;

  async function open(options: ConnectionOptions = {}): Promise<NatsConnection> {
    const made = await connect({ servers: `${host}:${port}`, reconnect: false, ...options });
    connections.push(made);
    return made;
  }

  beforeAll(async () => {
    client = await open();
    client.subscribe(subject); // and never answers
    await client.flush();
  });
  afterAll(() => Promise.all(connections.map((one) => one.close())));

  describe('what nats really throws', () => {
    it('for a subject to which nobody listens is network', async () => {
      const error = await thrownBy(() => client.request(`${subject}.missing`, Empty, { timeout: 30_000 }));

      expect(classify(error)).toBe('network');
      expect(isPermanent(error, classify)).toBe(false);
    });

    it('for an answer that does not come is timeout', async () => {
      expect(classify(await thrownBy(() => client.request(subject, Empty, { timeout: 10 })))).toBe('timeout');
    });

    it.each([
      ['a message that is too large', () => client.publish(subject, new Uint8Array(2 ** 21)), 'client'],
      ['a subject that is empty', () => client.publish(''), 'programming'],
      ['a message that is no JSON', () => JSONCodec().decode(Buffer.from('{')), 'programming'],
    ] as const)('for %s is permanent', async (_, operation, category) => {
      expect(classify(await thrownBy(operation))).toBe(category);
    });

    it('for a connection that is cut is network', async () => {
      const proxy = await startCuttingProxy({ host, port });
      const victim = await open({ servers: `${proxy.host}:${proxy.port}` });
      proxy.cut();
      await victim.closed();
      await proxy.close();

      expect(classify(await thrownBy(() => victim.request(subject)))).toBe('network');
    });

    it('for an answer that the cut took away is timeout', async () => {
      const proxy = await startCuttingProxy({ host, port });
      const victim = await open({ servers: `${proxy.host}:${proxy.port}` });
      const running = thrownBy(() => victim.request(subject, Empty, { timeout: 100 }));
      proxy.cut();
      const error = await running;
      await proxy.close();

      expect(['timeout', 'network']).toContain(classify(error));
      expect(provesNothingSent(error)).toBe(false);
    });

    it('for a connection that was closed is network', async () => {
      const closed = await open();
      await closed.close();

      expect(classify(await thrownBy(() => closed.publish(subject)))).toBe('network');
    });
  });
});

describe('what nats really throws', () => {
  it('for a closed port is network, and proves that nothing was sent', async () => {
    const error = await thrownBy(async () => connect({ servers: `127.0.0.1:${await closedPort()}` }));

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it('for a server that does not answer is timeout', async () => {
    const silent = await startSilentServer();
    const error = await thrownBy(() => connect({ servers: `127.0.0.1:${silent.port}`, timeout: 10 }));
    await silent.close();

    expect(classify(error)).toBe('timeout');
  });
});

describeWithProgram('nats-server', 'what nats really throws', () => {
  const users = `authorization { users: [
    { user: poor, password: secret, permissions: { publish: ["allowed", "_INBOX.>"], subscribe: "_INBOX.>" } }
  ] }`;

  it.each([
    ['a wrong password', { user: 'poor', pass: 'wrong' }],
    ['no name at all', {}],
  ])('for %s is authentication', async (_, options) => {
    const server = await startOwnNats(users);
    const error = await thrownBy(() =>
      connect({ servers: `127.0.0.1:${server.port}`, reconnect: false, ...options }),
    );
    await server.stop();

    expect(classify(error)).toBe('authentication');
  });

  it('for a subject that the user may not use is authorization', async () => {
    const server = await startOwnNats(users);
    const poor = await connect({ servers: `127.0.0.1:${server.port}`, user: 'poor', pass: 'secret' });
    const error = await thrownBy(() => poor.request('forbidden', Empty, { timeout: 30_000 }));
    await poor.close();
    await server.stop();

    expect(classify(error)).toBe('authorization');
  });
});
