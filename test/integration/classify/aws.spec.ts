import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { closedUrl, NO_SUCH_HOST, thrownBy } from './support.js';

interface Answer {
  readonly status?: number;
  readonly body?: object;
}

const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };

/** Speaks the protocol of DynamoDB as far as errors go; `undefined` never answers. */
let answer: Answer | undefined;
function respond(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  if (answer === undefined) return;
  const type = 'application/x-amz-json-1.0';
  response.writeHead(answer.status ?? 400, { 'content-type': type }).end(JSON.stringify(answer.body ?? {}));
}

describe('what the AWS SDK really throws', () => {
  const server = createServer(respond);
  const command = new GetItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } });
  const clients: DynamoDBClient[] = [];

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterEach(() => clients.splice(0).forEach((one) => one.destroy()));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function failing(config: DynamoDBClientConfig = {}): Promise<unknown> {
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
      ...config,
    });
    clients.push(client);
    return thrownBy(() => client.send(command));
  }

  it.each([
    ['ThrottlingException', 'rateLimit'],
    ['ProvisionedThroughputExceededException', 'rateLimit'],
    ['RequestLimitExceeded', 'rateLimit'],
    ['TransactionConflictException', 'database'],
    ['TransactionInProgressException', 'database'],
    ['ExpiredTokenException', 'authentication'],
    ['UnrecognizedClientException', 'authentication'],
    ['AccessDeniedException', 'authorization'],
    ['ResourceNotFoundException', 'notFound'],
    ['ConditionalCheckFailedException', 'conflict'],
    ['ResourceInUseException', 'conflict'],
    ['ValidationException', 'validation'],
  ])('for %s, which has the status 400 like all, is %s', async (type, category) => {
    answer = { body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'x' } };

    expect(classify(await failing())).toBe(category);
  });

  it.each([
    ['ConditionalCheckFailed', 'conflict'],
    ['TransactionConflict', 'database'],
  ])('for a transaction that was cancelled for %s is %s', async (Code, category) => {
    const type = 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException';
    answer = { body: { __type: type, CancellationReasons: [{ Code: 'None' }, { Code }] } };

    expect(classify(await failing())).toBe(category);
  });

  it.each([
    [500, 'server'],
    [503, 'server'],
    [429, 'rateLimit'],
  ])('for a status of %i is %s', async (status, category) => {
    answer = { status, body: { __type: 'SomethingNew' } };
    const error = await failing();

    expect(classify(error)).toBe(category);
    expect(isPermanent(error, classify)).toBe(false);
  });

  it('for a server that does not answer is timeout', async () => {
    answer = undefined;

    expect(
      classify(await failing({ requestHandler: { requestTimeout: 10, throwOnRequestTimeout: true } })),
    ).toBe('timeout');
  });

  it('for credentials that are nowhere is authentication', async () => {
    expect(classify(await failingOutsideOfJest({ maxAttempts: 1 }))).toBe('authentication');
  });

  it('for a closed port is network, and proves that nothing was sent, unless the SDK had tried before', async () => {
    const to = { endpoint: await closedUrl(), credentials };
    const once = await failingOutsideOfJest({ ...to, maxAttempts: 1 });
    const twice = await failingOutsideOfJest({ ...to, maxAttempts: 2 });

    expect([once, twice].map((error) => classify(error))).toEqual(['network', 'network']);
    expect([once, twice].map((error) => provesNothingSent(error))).toEqual([true, false]);
  });

  it('for a host that does not exist is network', async () => {
    const endpoint = `http://${NO_SUCH_HOST}`;
    const error = await failingOutsideOfJest({ endpoint, credentials, maxAttempts: 1 });

    expect(classify(error)).toBe('network');
  });
});

/** The SDK wraps what is no instance of its own `Error`; within jest that is every error of a socket, without its code. */
async function failingOutsideOfJest(config: DynamoDBClientConfig): Promise<unknown> {
  const script = `
    const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({ region: 'eu-central-1', ...${JSON.stringify(config)} });
    client.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } })).catch((error) => {
      const { name, message } = error;
      console.log(JSON.stringify({ name, message, ...error }));
    });`;
  const env = { PATH: process.env['PATH'], HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
  return JSON.parse(stdout) as unknown;
}
