import { classify } from '../../../../../lib/core/classify/classify.js';

describe('a reply code of AMQP', () => {
  it.each([
    [311, 'CONTENT-TOO-LARGE', 'client'],
    [312, 'NO-ROUTE', 'notFound'],
    [320, 'CONNECTION-FORCED', 'network'],
    [403, 'ACCESS-REFUSED', 'authorization'],
    [404, 'NOT-FOUND', 'notFound'],
    [405, 'RESOURCE-LOCKED', 'conflict'],
    [406, 'PRECONDITION-FAILED', 'conflict'],
    [504, 'CHANNEL-ERROR', 'network'],
    [503, 'COMMAND-INVALID', 'programming'],
    [506, 'RESOURCE-ERROR', 'server'],
    [530, 'NOT-ALLOWED', 'authorization'],
    [541, 'INTERNAL-ERROR', 'server'],
    [599, 'NEW', 'unknown'],
  ])('%i (%s) is %s, of a channel, an operation or the connection', (code, name, category) => {
    const reply = `${code} (${name}) with message "x"`;

    expect(classify({ code, classId: 50, methodId: 10 })).toBe(category);
    expect(classify(new Error(`Channel closed by server: ${reply}`))).toBe(category);
    expect(classify(new Error(`Operation failed: QueueDeclare; ${reply}`))).toBe(category);
    expect(classify(Object.assign(new Error(`Connection closed: ${reply}`), { code }))).toBe(category);
  });

  it('403 at the login is authentication', () => {
    const message = 'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "x"';

    expect(classify(new Error(message))).toBe('authentication');
  });

  it('is not any number of that size', () => {
    expect(classify({ code: 404 })).toBe('unknown');
    expect(classify({ code: 404, message: 'not found' })).toBe('unknown');
  });
});

describe("amqplib's own errors", () => {
  it.each([
    ['Channel closed', 'network'],
    ['Channel closing', 'network'],
    ['Connection closed (Error: Unexpected close)', 'network'],
    ['Connection closing', 'network'],
    ['Already opened', 'programming'],
  ])('an IllegalOperationError, %j, is %s', (message, category) => {
    expect(classify(Object.assign(new Error(message), { name: 'IllegalOperationError' }))).toBe(category);
  });

  it.each([
    ['channel closed', 'network'],
    ['Channel ended, no reply will be forthcoming', 'network'],
    ['Heartbeat timeout', 'network'],
    ['Socket closed abruptly during opening handshake', 'network'],
    ['connect ETIMEDOUT', 'timeout'],
    ['message nacked', 'server'],
  ])('%j is %s', (message, category) => {
    expect(classify(new Error(message))).toBe(category);
  });
});
