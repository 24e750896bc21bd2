import { NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { lastValueFrom, type Observable } from 'rxjs';
import { ResilienceExceptionFilter } from '../../../../lib/nest/filter/resilience-exception.filter.js';
import { samples, SECRET } from '../../core/errors/support.js';

/** What Nest hands to filters. */
function host(type: string, ...args: unknown[]): ArgumentsHost {
  const found: Partial<ArgumentsHost> = {
    getType: () => type as never,
    getArgs: () => args as never,
    getArgByIndex: (index: number) => args[index] as never,
  };
  return found as ArgumentsHost;
}

function setUp(headersSent = false) {
  const adapter = {
    isHeadersSent: () => headersSent,
    setHeader: jest.fn(),
    reply: jest.fn(),
    end: jest.fn(),
  };
  return { adapter, filter: new ResilienceExceptionFilter(adapter as never) };
}

async function thrownBy(result: unknown): Promise<unknown> {
  try {
    return await lastValueFrom(result as Observable<unknown>);
  } catch (error) {
    return error;
  }
}

describe('ResilienceExceptionFilter over HTTP', () => {
  const response = {};

  it('sets the headers and replies with status and body', () => {
    const { filter, adapter } = setUp();
    filter.catch(samples.RATE_LIMITED, host('http', {}, response));

    expect(adapter.setHeader.mock.calls).toEqual([[response, 'retry-after', '1']]);
    expect(adapter.reply).toHaveBeenCalledWith(
      response,
      { statusCode: 429, message: samples.RATE_LIMITED.message, code: 'RATE_LIMITED' },
      429,
    );
  });

  it('ends a response whose headers are sent', () => {
    const { filter, adapter } = setUp(true);
    filter.catch(samples.CIRCUIT_OPEN, host('http', {}, response));

    expect(adapter.setHeader).not.toHaveBeenCalled();
    expect(adapter.end).toHaveBeenCalledWith(response);
  });

  it('leaves other errors to Nest', () => {
    const { filter, adapter } = setUp();
    filter.catch(new NotFoundException('no such order'), host('http', {}, response));

    expect(adapter.reply).toHaveBeenCalledWith(
      response,
      expect.objectContaining({ message: 'no such order' }),
      404,
    );
  });
});

describe('ResilienceExceptionFilter for messages', () => {
  it('throws what transports send, with what a caller can act on', async () => {
    const { filter } = setUp();

    expect(await thrownBy(filter.catch(samples.CIRCUIT_OPEN, host('rpc', {}, {})))).toEqual({
      status: 'error',
      message: samples.CIRCUIT_OPEN.message,
      code: 'CIRCUIT_OPEN',
      statusCode: 503,
      retryAfter: 11_300,
    });
  });

  it('says no more of a fault of the configuration than Nest would', async () => {
    const { filter } = setUp();

    expect(await thrownBy(filter.catch(samples.CONFIG_INVALID, host('rpc', {}, {})))).toEqual({
      status: 'error',
      message: 'Internal server error',
    });
  });

  it.each([
    ['CIRCUIT_OPEN', 14],
    ['RATE_LIMITED', 8],
    ['TIMEOUT_EXCEEDED', 4],
    ['MAX_RETRIES_EXCEEDED', 14],
    ['PERMANENT', 2],
    ['CONFIG_INVALID', 2],
  ] as const)('answers gRPC %s with the status %i', async (code, grpcCode) => {
    const { filter } = setUp();
    const call = { sendMetadata: () => undefined };
    const error = await thrownBy(filter.catch(samples[code], host('rpc', {}, {}, call)));

    expect(error).toMatchObject({ code: grpcCode });
    expect(JSON.stringify(error)).not.toContain(SECRET);
  });
});

describe('ResilienceExceptionFilter for WebSockets', () => {
  const data = {
    status: 'error',
    message: samples.TIMEOUT_EXCEEDED.message,
    code: 'TIMEOUT_EXCEEDED',
    statusCode: 504,
  };

  it("emits the event of Nest's gateways to Socket.IO", () => {
    const client = { emit: jest.fn() };
    setUp().filter.catch(samples.TIMEOUT_EXCEEDED, host('ws', client, {}));

    expect(client.emit).toHaveBeenCalledWith('exception', data);
  });

  it('sends it as text to a plain WebSocket', () => {
    const client = { readyState: 1, emit: jest.fn(), send: jest.fn() };
    setUp().filter.catch(samples.TIMEOUT_EXCEEDED, host('ws', client, {}));

    expect(client.send.mock.calls).toEqual([[JSON.stringify({ event: 'exception', data })]]);
    expect(client.emit).not.toHaveBeenCalled();
  });

  it('harms nothing where the client is gone', () => {
    expect(() => setUp().filter.catch(samples.TIMEOUT_EXCEEDED, host('ws', undefined))).not.toThrow();
  });
});

describe('ResilienceExceptionFilter for GraphQL', () => {
  it('throws the error as it is', () => {
    const { filter } = setUp();

    expect(() => filter.catch(samples.CIRCUIT_OPEN, host('graphql', {}, {}, {}, {}))).toThrow(
      samples.CIRCUIT_OPEN,
    );
  });
});
