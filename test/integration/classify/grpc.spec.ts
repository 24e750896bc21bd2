import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type CallOptions,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { retryAfterHint } from '../../../lib/core/retry/retry-after.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { closedPort, thrownBy } from './support.js';

const bytes = {
  serialize: (text: string) => Buffer.from(text),
  deserialize: (buffer: Buffer) => buffer.toString(),
};
const method = {
  path: '/test.Failing/Fail',
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
};
const service: ServiceDefinition = { fail: method };

/** Fails with the status that it is asked for; `0` never answers. */
function fail({ request }: ServerUnaryCall<string, string>, answer: sendUnaryData<string>): void {
  const code = Number(request);
  const metadata = new Metadata();
  metadata.set('grpc-retry-pushback-ms', '1234');
  if (code > 0) answer({ code, details: 'it failed', metadata });
}

describe('what @grpc/grpc-js really throws', () => {
  const server = new Server();
  let port: number;
  let client: Client;

  beforeAll(async () => {
    server.addService(service, { fail });
    port = await new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    client = clientOf(port);
  });
  afterAll(() => {
    client.close();
    server.forceShutdown();
  });

  it.each([
    ['CANCELLED', 'timeout'],
    ['UNKNOWN', 'server'],
    ['INVALID_ARGUMENT', 'validation'],
    ['DEADLINE_EXCEEDED', 'timeout'],
    ['NOT_FOUND', 'notFound'],
    ['ALREADY_EXISTS', 'conflict'],
    ['PERMISSION_DENIED', 'authorization'],
    ['RESOURCE_EXHAUSTED', 'rateLimit'],
    ['FAILED_PRECONDITION', 'conflict'],
    ['ABORTED', 'conflict'],
    ['OUT_OF_RANGE', 'validation'],
    ['UNIMPLEMENTED', 'client'],
    ['INTERNAL', 'server'],
    ['UNAVAILABLE', 'network'],
    ['DATA_LOSS', 'server'],
    ['UNAUTHENTICATED', 'authentication'],
  ] as const)('for %s is %s', async (name, category) => {
    const error = await thrownBy(() => call(client, status[name]));

    expect(classify(error)).toBe(category);
    expect(provesNothingSent(error)).toBe(false);
  });

  it('tells the pause that the server asked for', async () => {
    expect(retryAfterHint(await thrownBy(() => call(client, status.UNAVAILABLE)), () => 0)).toBe(1234);
  });

  it('for a method that does not exist is client', async () => {
    expect(classify(await thrownBy(() => call(client, 0, {}, '/test.Failing/Missing')))).toBe('client');
  });

  it('for a deadline is timeout', async () => {
    expect(classify(await thrownBy(() => call(client, 0, { deadline: Date.now() + 10 })))).toBe('timeout');
  });

  it('for a closed port is network', async () => {
    const refused = clientOf(await closedPort());
    const error = await thrownBy(() => call(refused, 0));
    refused.close();

    expect(classify(error)).toBe('network');
    expect(isPermanent(error, classify)).toBe(false);
  });

  it('for a connection that is cut is network, and proves nothing', async () => {
    const proxy = await startCuttingProxy({ host: '127.0.0.1', port });
    const victim = clientOf(proxy.port);
    await thrownBy(() => call(victim, status.INTERNAL)); // connected
    proxy.swallow();
    const running = thrownBy(() => call(victim, 0));
    proxy.cut();
    const error = await running;
    victim.close();
    await proxy.close();

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(false);
  });
});

function clientOf(port: number): Client {
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure());
}

function call(client: Client, code: number, options: CallOptions = {}, path = method.path): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      bytes.serialize,
      bytes.deserialize,
      String(code),
      options,
      (error, value) => (error ? reject(error) : resolve(value)),
    );
  });
}
