import { classify } from '../../../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../../../lib/core/classify/proves-nothing-sent.js';

const noHandler = 'There is no matching message handler defined in the remote service.';
const lost = 'Error: Connection lost. Trying to reconnect...';
const nobody = 'Empty response. There are no subscribers listening to that message ("order.find")';
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe("what Nest's ClientProxy fails with", () => {
  it.each([
    ['a closed client', new Error('Connection closed'), 'network'],
    ['a lost connection, as a text', lost, 'network'],
    ['a lost connection, as an error', new Error(lost), 'network'],
    ['a closed socket', new Error('The net socket is closed.'), 'network'],
    ['nobody who listens', new Error(nobody), 'network'],
    ['no handler, as a text', noHandler, 'notFound'],
    ['no handler, as an object', { status: 'error', message: noHandler }, 'notFound'],
    [
      'no handler behind RabbitMQ',
      'An unsupported message was received. It has been negative acknowledged, so it will not be re-delivered. Pattern: x',
      'notFound',
    ],
    ['no data to send', new Error('The invalid data or message pattern (undefined/null)'), 'programming'],
    ['a failure inside the other service', { status: 'error', message: 'Internal server error' }, 'server'],
    ['an answer with a status', { status: 404, message: 'no such order' }, 'notFound'],
    ['a circuit open there', { status: 'error', code: 'CIRCUIT_OPEN', statusCode: 503 }, 'server'],
    ['an answer in words', { status: 'error', message: 'out of stock' }, 'unknown'],
    ['other words', 'out of stock', 'unknown'],
    ['the words of a failure without their mark', { message: 'Internal server error' }, 'unknown'],
  ])('%s', (_, error, category) => {
    expect(classify(error)).toBe(category);
  });

  it('tells of RabbitMQ that it refused the connection', () => {
    const error = { err: refused, url: 'amqp://127.0.0.1:1' };

    expect(classify(error)).toBe('network');
    expect(provesNothingSent(error)).toBe(true);
  });

  it.each([
    ['no error behind the URL', { err: 'refused', url: 'amqp://127.0.0.1:1' }],
    ['no URL', { err: refused }],
    ['words of its own', { err: refused, url: 'amqp://127.0.0.1:1', message: 'busy' }],
  ])('%s is no failed connection', (_, error) => {
    expect(classify(error)).toBe('unknown');
  });
});
