import { connect, type Channel, type ChannelModel } from 'amqplib';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { describeWithServer, uniqueName, type ServerAddress } from '../../support/servers.js';
import { closedPort, startSilentServer, thrownBy } from './support.js';

describeWithServer('RabbitMQ', (address) => {
  const queue = uniqueName('holdfast');
  const connections: ChannelModel[] = [];
  let connection: ChannelModel;

  async function open(to: ServerAddress = address, options?: object): Promise<ChannelModel> {
    const url = `amqp://guest:guest@${to.host}:${to.port}`;
    const made = await connect(url, options);
    made.on('error', () => {}); // told again to who used it
    connections.push(made);
    return made;
  }

  async function channel(of = connection): Promise<Channel> {
    const made = await of.createChannel();
    made.on('error', () => {});
    return made;
  }

  beforeAll(async () => {
    connection = await open();
    await (await channel()).assertQueue(queue, { durable: false, exclusive: true });
  });
  afterAll(() => Promise.all(connections.map((one) => one.close().catch(() => {}))));

  describe('what amqplib really throws', () => {
    it.each([
      ['a queue that is missing', (one: Channel) => one.checkQueue(`${queue}_missing`), 'notFound'],
      [
        'a queue that exists with other settings',
        (one: Channel) => one.assertQueue(queue, { durable: false, exclusive: true, maxLength: 1 }),
        'conflict',
      ],
      ['a name that is reserved', (one: Channel) => one.assertQueue('amq.holdfast'), 'authorization'],
      ['an exchange of the system', (one: Channel) => one.deleteExchange('amq.direct'), 'authorization'],
    ] as const)(
      'for %s is permanent, and the channel closed from then on',
      async (_, operation, category) => {
        const used = await channel();
        const error = await thrownBy(() => operation(used));

        expect(classify(error)).toBe(category);
        expect(isPermanent(error, classify)).toBe(true);
        expect(classify(await thrownBy(() => used.checkQueue(queue)))).toBe('network');
      },
    );

    it('for a queue that another connection holds is conflict', async () => {
      const other = await channel(await open());

      expect(classify(await thrownBy(() => other.checkQueue(queue)))).toBe('conflict');
    });

    it('for a message to an exchange that is missing is, on the channel, notFound', async () => {
      const made = await connection.createConfirmChannel();
      const told = new Promise((resolve) => made.on('error', resolve));
      const refused = thrownBy(
        () =>
          new Promise<void>((resolve, reject) =>
            made.publish(`${queue}_missing`, '', Buffer.from('x'), {}, (error) =>
              error ? reject(error as Error) : resolve(),
            ),
          ),
      );

      expect(classify(await told)).toBe('notFound');
      expect(classify(await refused)).toBe('network');
    });

    it('for a wrong password is authentication', async () => {
      const url = `amqp://guest:wrong@${address.host}:${address.port}`;

      expect(classify(await thrownBy(() => connect(url)))).toBe('authentication');
    });

    it('for a broken protocol is network: the broker closes the connection', async () => {
      const closed = await open();
      const told = new Promise((resolve) => closed.on('error', resolve));
      const raw = closed.connection as unknown as { sendBytes(bytes: Buffer): void };
      raw.sendBytes(Buffer.from([1, 0, 0, 0, 0, 0, 1, 0, 0])); // a frame without its end

      expect(classify(await told)).toBe('network');
      expect(classify(await thrownBy(() => closed.createChannel()))).toBe('network');
    });

    it('for a connection that is cut is network, and proves nothing', async () => {
      const proxy = await startCuttingProxy(address);
      const victim = await open(proxy);
      const used = await channel(victim);
      proxy.swallow();
      const running = thrownBy(() => used.checkQueue(`${queue}_missing`));
      const told = new Promise((resolve) => victim.on('error', resolve));
      proxy.cut();
      const error = await running;
      await proxy.close();

      expect(classify(await told)).toBe('network');
      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(false);
      expect(classify(await thrownBy(() => used.checkQueue(queue)))).toBe('network');
      expect(classify(await thrownBy(() => victim.createChannel()))).toBe('network');
    });

    it('for a message that is not confirmed when the connection is cut is network', async () => {
      const proxy = await startCuttingProxy(address);
      const made = await (await open(proxy)).createConfirmChannel();
      made.on('error', () => {});
      proxy.swallow();
      made.sendToQueue(queue, Buffer.from('x'));
      const unconfirmed = thrownBy(() => made.waitForConfirms());
      proxy.cut();
      const error = await unconfirmed;
      await proxy.close();

      expect(classify(error)).toBe('network');
    });

    it('for a channel of a connection that was closed is network', async () => {
      const closed = await open();
      const used = await channel(closed);
      await closed.close();

      expect(classify(await thrownBy(() => closed.createChannel()))).toBe('network');
      expect(classify(await thrownBy(() => used.checkQueue(queue)))).toBe('network');
    });

    it('for a closed port is network, and proves that nothing was sent', async () => {
      const port = await closedPort();
      const error = await thrownBy(() => open({ host: '127.0.0.1', port }));

      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(true);
    });

    it('for a server that does not answer is timeout', async () => {
      const silent = await startSilentServer();
      const error = await thrownBy(() => open({ host: '127.0.0.1', port: silent.port }, { timeout: 10 }));
      await silent.close();

      expect(classify(error)).toBe('timeout');
    });
  });
});
