import { classify } from '../../../../../lib/core/classify/classify.js';

const fromAws = (name: string, extra: object = {}) =>
  Object.assign(new Error('x'), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: 400, attempts: 1 },
    ...extra,
  });

describe('an error of the AWS SDK', () => {
  it.each([
    ['ThrottlingException', 'rateLimit'],
    ['ProvisionedThroughputExceededException', 'rateLimit'],
    ['TooManyRequestsException', 'rateLimit'],
    ['SlowDown', 'rateLimit'],
    ['RequestTimeout', 'timeout'],
    ['TimeoutError', 'timeout'],
    ['TransactionConflictException', 'database'],
    ['TransactionInProgressException', 'database'],
    ['ExpiredTokenException', 'authentication'],
    ['ExpiredToken', 'authentication'],
    ['UnrecognizedClientException', 'authentication'],
    ['InvalidSignatureException', 'authentication'],
    ['AccessDeniedException', 'authorization'],
    ['AccessDenied', 'authorization'],
    ['ResourceNotFoundException', 'notFound'],
    ['NoSuchKey', 'notFound'],
    ['ConditionalCheckFailedException', 'conflict'],
    ['ResourceInUseException', 'conflict'],
    ['ValidationException', 'validation'],
    ['SomeNewException', 'validation'],
  ])('%s, with status 400 as nearly all, is %s', (name, category) => {
    expect(classify(fromAws(name))).toBe(category);
  });

  it.each([
    [{ $metadata: { httpStatusCode: 503 } }, 'server'],
    [{ $metadata: { httpStatusCode: 504 } }, 'timeout'],
    [{ $metadata: { httpStatusCode: 429 } }, 'rateLimit'],
    [{ $metadata: { httpStatusCode: 403 } }, 'authorization'],
    [{ $metadata: {} }, 'client'],
    [{ $metadata: {}, $fault: 'server' }, 'server'],
    [{ $metadata: {}, $fault: 'x' }, 'unknown'],
    [{ $retryable: { throttling: true } }, 'rateLimit'],
    [{ $retryable: { throttling: false } }, 'server'],
    [{ $retryable: {} }, 'server'],
    [{ $retryable: {}, $metadata: { httpStatusCode: 429 } }, 'rateLimit'],
  ])('with a name that says nothing and %j is %s', (extra, category) => {
    expect(classify(fromAws('SomeNewException', extra))).toBe(category);
  });

  it.each([
    [['None', 'TransactionConflict'], 'database'],
    [['ThrottlingError'], 'database'],
    [['ConditionalCheckFailed', 'TransactionConflict'], 'conflict'],
    [[], 'database'],
  ])('about a transaction cancelled for %j is %s', (codes, category) => {
    const CancellationReasons = codes.map((Code) => ({ Code }));

    expect(classify(fromAws('TransactionCanceledException', { CancellationReasons }))).toBe(category);
  });

  it('about a transaction cancelled for no reason given is database', () => {
    expect(classify(fromAws('TransactionCanceledException'))).toBe('database');
  });

  it('without credentials is authentication', () => {
    expect(classify(Object.assign(new Error('x'), { name: 'CredentialsProviderError' }))).toBe(
      'authentication',
    );
  });

  it('is no other error of such a name', () => {
    expect(classify({ name: 'AccessDenied' })).toBe('unknown');
  });

  it('keeps the code of the system where the connection broke', () => {
    expect(classify(fromAws('Error', { code: 'ECONNRESET', $fault: undefined }))).toBe('network');
  });
});
