import { classify } from '../../../../../lib/core/classify/classify.js';

function failing(code: string, extra: object = {}): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code, ...extra });
}

describe('a code of the system', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
    'EPROTO',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ESERVFAIL',
  ])('%s is network', (code) => {
    expect(classify(failing(code))).toBe('network');
  });

  it.each(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ETIMEOUT'])('%s is timeout', (code) => {
    expect(classify(failing(code))).toBe('timeout');
  });

  it.each([
    ['ENOENT', 'notFound'],
    ['EACCES', 'authorization'],
    ['EPERM', 'authorization'],
    ['EEXIST', 'conflict'],
    ['EISDIR', 'client'],
    ['EBUSY', 'server'],
    ['EMFILE', 'server'],
    ['ENOSPC', 'server'],
  ])('of a file, %s is %s', (code, category) => {
    expect(classify(failing(code, { syscall: 'open' }))).toBe(category);
  });

  it.each(['ENOENT', 'EACCES', 'EAGAIN'])('of connecting to a socket, %s is network', (code) => {
    expect(classify(failing(code, { syscall: 'connect' }))).toBe('network');
  });

  it('says more than a status beside it', () => {
    expect(classify(failing('ECONNRESET', { statusCode: 404 }))).toBe('network');
  });

  it('is known on plain objects too, as messages between services carry them', () => {
    expect(classify({ code: 'ECONNREFUSED' })).toBe('network');
  });

  it.each(['E_MINE', '', 'constructor', 14, null, Symbol('ECONNRESET')])('%p is unknown', (code) => {
    expect(classify({ code })).toBe('unknown');
  });
});
