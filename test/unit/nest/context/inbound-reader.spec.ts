import type { ExecutionContext } from '@nestjs/common';
import { Engine } from '../../../../lib/core/engine.js';
import { InboundReader } from '../../../../lib/nest/context/inbound-reader.js';
import { virtualClock } from '../../../support/virtual-policy.js';

function contextOf(type: string, args: readonly unknown[]): ExecutionContext {
  return { getType: () => type, getArgByIndex: (index: number) => args[index] } as never;
}

const headers = { 'x-request-deadline-ms': '700', 'x-retry-attempt': '2' };
const asNumbers = { 'x-request-deadline-ms': 700, 'x-retry-attempt': 2 };
const asBytes = { 'x-request-deadline-ms': Buffer.from('700'), 'x-retry-attempt': Buffer.from('2') };

function reader(trust: ConstructorParameters<typeof InboundReader>[1] = true) {
  const clock = virtualClock();
  const engine = new Engine({ clock });
  return { clock, engine, inbound: new InboundReader(engine, trust) };
}

describe('the reader of inbound headers', () => {
  it.each([
    ['http', [{ headers }]],
    ['graphql', [undefined, {}, { req: { headers } }, {}]],
    ['rpc', ['NATS', { getHeaders: () => new Map(Object.entries(headers)) }]],
    ['rpc', ['Kafka', { getMessage: () => ({ headers: asBytes }) }]],
    ['rpc', ['RabbitMQ', { getMessage: () => ({ properties: { headers: asNumbers } }) }]],
    ['rpc', ['MQTT', { getPacket: () => ({ properties: { userProperties: headers } }) }]],
    ['rpc', ['gRPC', { get: (name: keyof typeof headers) => [headers[name]] }]],
  ])('finds the request of %s, %j', (type, args) => {
    const { inbound } = reader();

    expect(inbound.of(contextOf(type, args))).toMatchObject({ attempt: 2, isLive: true });
    expect(inbound.of(contextOf(type, args))?.remaining()).toBe(700);
  });

  it.each([
    ['rpc', [{ headers }, { headers }]],
    ['rpc', [{ headers }, undefined]],
    ['rpc', ['NATS', { getHeaders: () => undefined }]],
    ['rpc', ['Kafka', { getMessage: () => ({}) }]],
    ['rpc', ['RabbitMQ', { getMessage: () => ({ properties: {} }) }]],
    ['rpc', ['gRPC', { get: () => ['700', '900'] }]],
    ['ws', [{ headers }]],
    ['http', []],
    ['http', ['GET /']],
    ['http', [{}]],
    ['http', [{ headers: {} }]],
    ['graphql', [undefined, {}, undefined, {}]],
    ['graphql', [undefined, {}, {}, {}]],
  ])('finds nothing in %s with %j', (type, args) => {
    expect(reader().inbound.of(contextOf(type, args))).toBeUndefined();
  });

  it('takes a deadline without an attempt, and an attempt without a deadline', () => {
    const { inbound } = reader();
    const timed = inbound.of(contextOf('http', [{ headers: { 'x-request-deadline-ms': '700' } }]));
    const counted = inbound.of(contextOf('http', [{ headers: { 'x-retry-attempt': '2' } }]));

    expect(timed).toMatchObject({ attempt: 1, isLive: true });
    expect(timed?.remaining()).toBe(700);
    expect(counted).toMatchObject({ attempt: 2, isLive: true });
    expect(counted?.remaining()).toBe(Infinity);
  });

  it.each(['9999999999', '12345678901', '-1', '1.5', 'soon'])('takes no deadline of %s ms', (deadline) => {
    const headers = { 'x-request-deadline-ms': deadline };
    expect(reader().inbound.of(contextOf('http', [{ headers }]))).toBeUndefined();
  });

  it('lets the time of a request run from its first interceptor on', async () => {
    const { clock, inbound } = reader();
    const request = { headers };
    const first = inbound.of(contextOf('http', [request]));
    await clock.advance(300);
    const second = inbound.of(contextOf('http', [request]));
    first?.answered();

    expect(second).toMatchObject({ isLive: true });
    expect(second?.remaining()).toBe(400);
    await clock.advance(500);
    expect(second?.remaining()).toBe(0);
  });

  it('asks once for each request whom to trust, and only where it says something', () => {
    const trust = jest.fn(() => true);
    const { inbound } = reader(trust);
    const request = { headers };
    inbound.of(contextOf('http', [request]));
    inbound.of(contextOf('http', [request]));
    inbound.of(contextOf('http', [{ headers: {} }]));

    expect(trust.mock.calls).toEqual([[request]]);
  });

  it('reports a decision that fails', () => {
    const lost = new Error('lost');
    const { engine, inbound } = reader(() => {
      throw lost;
    });
    const events: unknown[] = [];
    engine.events.on('diagnostic', (event) => events.push(event));

    expect(inbound.of(contextOf('http', [{ headers }]))).toBeUndefined();
    expect(events).toMatchObject([{ source: 'trustInbound', error: lost }]);
  });
});
