import {
  PrismaClientInitializationError,
  PrismaClientKnownRequestError,
  PrismaClientRustPanicError,
  PrismaClientUnknownRequestError,
  PrismaClientValidationError,
} from '@prisma/client-runtime-utils';
import { classify } from '../../../lib/core/classify/classify.js';
import { compileMatcher } from '../../../lib/core/predicate.js';

const clientVersion = '7.10.0';

const known = (code: string, meta: Record<string, unknown> = {}) =>
  new PrismaClientKnownRequestError('x', { code, clientVersion, meta });

describe("Prisma's own errors", () => {
  it.each([
    ['P1001', 'network'],
    ['P2002', 'conflict'],
    ['P2024', 'timeout'],
    ['P2025', 'notFound'],
    ['P2034', 'database'],
  ])('a known request with %s is %s, and is named by its code', (code, category) => {
    expect(classify(known(code))).toBe(category);
    expect(compileMatcher([code], classify)(known(code))).toBe(true);
  });

  it('a raw query that failed is what the database said', () => {
    const cause = { originalCode: '40001', originalMessage: 'could not serialize access', kind: 'postgres' };

    expect(classify(known('P2010', { code: '40001', message: 'could not serialize access' }))).toBe(
      'database',
    );
    expect(classify(known('P2010', { driverAdapterError: { name: 'DriverAdapterError', cause } }))).toBe(
      'database',
    );
  });

  it.each([
    [
      'a connection that fails',
      new PrismaClientInitializationError("Can't reach it", clientVersion, 'P1001'),
      'network',
    ],
    ['a wrong password', new PrismaClientInitializationError('x', clientVersion, 'P1000'), 'authentication'],
    ['a wrong argument', new PrismaClientValidationError('x', { clientVersion }), 'validation'],
    ['an engine that broke', new PrismaClientRustPanicError('x', clientVersion), 'server'],
    [
      'an error that it does not know',
      new PrismaClientUnknownRequestError('x', { clientVersion }),
      'unknown',
    ],
  ])('%s is %s', (_, error, category) => {
    expect(classify(error)).toBe(category);
  });
});
