import { classify } from '../../../../../lib/core/classify/classify.js';

describe('a status of gRPC', () => {
  it.each([
    [1, 'timeout'],
    [2, 'server'],
    [3, 'validation'],
    [4, 'timeout'],
    [5, 'notFound'],
    [6, 'conflict'],
    [7, 'authorization'],
    [8, 'rateLimit'],
    [9, 'conflict'],
    [10, 'conflict'],
    [11, 'validation'],
    [12, 'client'],
    [13, 'server'],
    [14, 'network'],
    [15, 'server'],
    [16, 'authentication'],
  ])('%i is %s, beside details, metadata or its name', (code, category) => {
    expect(classify({ code, details: '', metadata: {} })).toBe(category);
    expect(classify({ code, details: 'x' })).toBe(category);
    expect(classify({ code, metadata: {} })).toBe(category);
    expect(classify({ code, message: `${code} SOME_NAME: x` })).toBe(category);
  });

  it.each([
    ['a number of another library', { code: 5 }],
    ['a number of another status than the message', { code: 5, message: '14 UNAVAILABLE: x' }],
    ['a text', { code: '5', details: 'x' }],
    ['OK', { code: 0, details: 'x' }],
    ['a number that gRPC does not know', { code: 17, details: 'x' }],
    ['an HTTP status', { code: 404, details: 'x' }],
  ])('is not %s', (_, error) => {
    expect(classify(error)).toBe('unknown');
  });

  it('is not what numbers its errors itself beside an HTTP status', () => {
    expect(classify({ code: 5, details: 'x', status: 503 })).toBe('server');
  });
});

describe('an RpcException', () => {
  const carrying = (payload: unknown) => ({ getError: () => payload, message: 'x' });

  it('that carries a status of gRPC is what that means', () => {
    expect(classify(carrying({ code: 5, message: 'no such order' }))).toBe('notFound');
    expect(classify(carrying({ code: 14, message: 'x' }))).toBe('network');
  });

  it('that carries an HTTP status as well goes by that', () => {
    expect(classify(carrying({ code: 5, status: 429 }))).toBe('rateLimit');
  });

  it.each([null, undefined, 'x', 5, { code: 99 }])('that carries %p is unknown', (payload) => {
    expect(classify(carrying(payload))).toBe('unknown');
  });
});
