import { classify } from '../../../../../lib/core/classify/classify.js';

const fromServer = (code: number, errorLabels: string[] = []) =>
  Object.assign(new Error('x'), { name: 'MongoServerError', code, errorLabels });

describe('an error of MongoDB', () => {
  it.each([
    [11_000, 'conflict'],
    [13, 'authorization'],
    [18, 'authentication'],
    [26, 'notFound'],
    [50, 'timeout'],
    [262, 'timeout'],
    [6, 'network'],
    [112, 'database'],
    [189, 'database'],
    [91, 'database'],
    [10_107, 'database'],
    [11_600, 'database'],
    [121, 'validation'],
    [59, 'programming'],
    [99_999, 'unknown'],
  ])('with the code %i of the server is %s', (code, category) => {
    expect(classify(fromServer(code))).toBe(category);
  });

  it.each([
    ['RetryableWriteError', 'database'],
    ['TransientTransactionError', 'database'],
    ['UnknownTransactionCommitResult', 'database'],
    ['SystemOverloadedError', 'rateLimit'],
    ['NoWritesPerformed', 'unknown'],
  ])('with the label %s and a code that says nothing is %s', (label, category) => {
    expect(classify(fromServer(99_999, [label]))).toBe(category);
    expect(classify({ errorLabels: ['HandshakeError', label] })).toBe(category);
  });

  it('with a code that is known is by that, whatever the labels', () => {
    expect(classify(fromServer(50, ['RetryableWriteError']))).toBe('timeout');
  });

  it.each([
    ['MongoNetworkError', 'network'],
    ['MongoServerSelectionError', 'network'],
    ['MongoTopologyClosedError', 'network'],
    ['MongoNetworkTimeoutError', 'timeout'],
    ['MongoOperationTimeoutError', 'timeout'],
    ['MongoMissingCredentialsError', 'authentication'],
    ['MongoInvalidArgumentError', 'programming'],
    ['MongoServerError', 'unknown'],
  ])('of the driver, %s, is %s', (name, category) => {
    expect(classify(Object.assign(new Error('x'), { name }))).toBe(category);
  });

  it('is no other error with such a number', () => {
    expect(classify({ code: 11_000 })).toBe('unknown');
    expect(classify({ code: 18, codeName: 'AuthenticationFailed' })).toBe('authentication');
  });
});
