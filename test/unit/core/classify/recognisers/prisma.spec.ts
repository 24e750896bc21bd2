import { classify } from '../../../../../lib/core/classify/classify.js';

const known = (code: string, meta?: object) =>
  Object.assign(new Error('x'), {
    name: 'PrismaClientKnownRequestError',
    code,
    clientVersion: '7.10.0',
    meta,
  });

describe('an error of Prisma', () => {
  it.each([
    ['P1000', 'authentication'],
    ['P1001', 'network'],
    ['P1002', 'timeout'],
    ['P1003', 'notFound'],
    ['P1008', 'timeout'],
    ['P1010', 'authorization'],
    ['P1017', 'network'],
    ['P2000', 'validation'],
    ['P2002', 'conflict'],
    ['P2003', 'conflict'],
    ['P2011', 'validation'],
    ['P2021', 'programming'],
    ['P2024', 'timeout'],
    ['P2025', 'notFound'],
    ['P2028', 'database'],
    ['P2034', 'database'],
    ['P2037', 'database'],
    ['P9999', 'unknown'],
  ])('%s is %s', (code, category) => {
    expect(classify(known(code))).toBe(category);
    expect(classify({ name: 'PrismaClientInitializationError', errorCode: code })).toBe(category);
  });

  it.each([
    ['PrismaClientValidationError', 'validation'],
    ['PrismaClientRustPanicError', 'server'],
    ['PrismaClientUnknownRequestError', 'unknown'],
    ['PrismaClientInitializationError', 'unknown'],
  ])('without a code, %s is %s', (name, category) => {
    expect(classify(Object.assign(new Error('x'), { name }))).toBe(category);
  });
});

describe('a raw query of Prisma that failed', () => {
  it.each([
    ['a SQLSTATE', { code: '40001' }, 'database'],
    ['a number of MySQL, as text', { code: '1062' }, 'conflict'],
    ["an adapter's error", { driverAdapterError: { cause: { originalCode: '42P01' } } }, 'programming'],
    ['nothing known', { code: 'N/A' }, 'unknown'],
    ['nothing', undefined, 'unknown'],
  ])('is by %s in its meta', (_, meta, category) => {
    expect(classify(known('P2010', meta))).toBe(category);
  });

  it("is by the database's own code where the adapter's error comes as it is", () => {
    const cause = { kind: 'postgres', originalCode: '40P01', originalMessage: 'deadlock detected' };

    expect(classify(new Error('DriverAdapterError', { cause }))).toBe('database');
  });
});
