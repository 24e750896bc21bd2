import { redact, redactUrls } from '../../../../lib/nest/logging/redact.js';

describe('redactUrls', () => {
  it.each([
    [
      'connect to postgres://app:hunter2@db:5432/orders failed',
      'connect to postgres://***@db:5432/orders failed',
    ],
    ['redis://:hunter2@cache', 'redis://***@cache'],
    ['amqp://guest@broker', 'amqp://***@broker'],
    ['mysql://app:p@ss@db/x', 'mysql://***@db/x'],
    ['mysql://app:pa/ss@db/x', 'mysql://***@db/x'],
    ['mysql://app:p?a=b@db/x', 'mysql://***@db/x'],
    ['GET https://api.test/users?token=abc&x=1 answered 500', 'GET https://api.test/users?… answered 500'],
    ['GET /charge?card=4242', 'GET /charge?…'],
    ['https://app.test/cb#access_token=abc', 'https://app.test/cb?…'],
    ['https://app.test/a?b#access_token=abc', 'https://app.test/a?b?…'],
    ['//user:secret@host and //other:secret@host', '//***@host and //***@host'],
  ])('makes of %j %j', (text, expected) => {
    expect(redactUrls(text)).toBe(expected);
  });

  it.each([
    'connect ECONNREFUSED 127.0.0.1:3000',
    'http://localhost:8080/users/joe@example.test is down',
    'mail to joe@example.test failed',
    'why? nobody knows',
    'PaymentsService.charge',
  ])('leaves %j as it is', (text) => {
    expect(redactUrls(text)).toBe(text);
  });
});

describe('redact', () => {
  it.each([
    ['Authorization: Bearer abc.def', 'Authorization=*** ***'],
    ['invalid bearer abcdef', 'invalid bearer ***'],
    ['Basic dXNlcjpwYXNz refused', 'Basic *** refused'],
    ['{"password":"my secret phrase","user":"joe"}', '{"password=***,"user":"joe"}'],
    ['password=hunter2 refused', 'password=*** refused'],
    ["DB_PASSWORD='hunter 2' refused", 'DB_PASSWORD=*** refused'],
    ['x-api-key: 123, next', 'x-api-key=***, next'],
    ['clientSecret = s3cr3t', 'clientSecret=***'],
    ['AWS_SECRET_ACCESS_KEY=abc/def', 'AWS_SECRET_ACCESS_KEY=***'],
    ['Set-Cookie: sid=1; theme=dark', 'Set-Cookie: ***'],
    ['cookie=a=b; c=d\nnext', 'cookie: ***'],
    ['jwt eyJhbGciOi.eyJzdWIi.sig expired', 'jwt *** expired'],
  ])('makes of %j %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'Basic authentication failed',
    'Basic authentication',
    'unexpected token < in JSON',
    'the token has expired',
    'connect ECONNREFUSED ::1:6379',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('searches the beginning of long texts alone', () => {
    const hostile = [
      'a'.repeat(1e6),
      '/'.repeat(1e6),
      '//a:'.repeat(3e5),
      'token'.repeat(2e5),
      '?'.repeat(1e6),
    ];
    for (const text of hostile) {
      expect(redact(text)).toBe(redact(text.slice(0, 2048)));
      expect(redact(text).length).toBeLessThanOrEqual(2048);
    }
  });
});
