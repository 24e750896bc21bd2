import { classify } from '../../../../../lib/core/classify/classify.js';

/** As `pg` throws it. */
const fromPg = (code: string) =>
  Object.assign(new Error('it failed'), { name: 'error', severity: 'ERROR', code, routine: 'x' });

describe('a SQLSTATE', () => {
  it.each([
    ['serialization failure', '40001', 'database'],
    ['deadlock', '40P01', 'database'],
    ['lock not available', '55P03', 'database'],
    ['too many connections', '53300', 'database'],
    ['administrator command', '57P01', 'database'],
    ['crash shutdown', '57P02', 'database'],
    ['cannot connect now', '57P03', 'database'],
    ['read only transaction', '25006', 'database'],
    ['query cancelled', '57014', 'timeout'],
    ['idle in transaction', '25P03', 'timeout'],
    ['connection failure', '08006', 'network'],
    ['unique violation', '23505', 'conflict'],
    ['foreign key violation', '23503', 'conflict'],
    ['exclusion violation', '23P01', 'conflict'],
    ['duplicate table', '42P07', 'conflict'],
    ['not-null violation', '23502', 'validation'],
    ['check violation', '23514', 'validation'],
    ['invalid text representation', '22P02', 'validation'],
    ['division by zero', '22012', 'validation'],
    ['wrong password', '28P01', 'authentication'],
    ['unknown role', '28000', 'authentication'],
    ['insufficient privilege', '42501', 'authorization'],
    ['unknown database', '3D000', 'notFound'],
    ['failed transaction', '25P02', 'client'],
    ['exception raised by a function', 'P0001', 'client'],
    ['syntax error', '42601', 'programming'],
    ['undefined table', '42P01', 'programming'],
    ['undefined column', '42703', 'programming'],
  ])('of a %s, %s, is %s, also where it is all there is', (_, code, category) => {
    expect(classify(fromPg(code))).toBe(category);
    expect(classify({ code })).toBe(category);
  });

  it.each([
    ['40ZZZ', 'database'],
    ['53ZZZ', 'database'],
    ['57ZZZ', 'database'],
    ['08ZZZ', 'network'],
    ['58030', 'server'],
    ['XX000', 'server'],
    ['23ZZZ', 'conflict'],
    ['22ZZZ', 'validation'],
    ['42ZZZ', 'programming'],
    ['54ZZZ', 'client'],
  ])('that is not listed, %s, is by its class %s, but only beside a severity', (code, category) => {
    expect(classify(fromPg(code))).toBe(category);
    expect(classify({ code })).toBe('unknown');
  });

  it.each(['HY000', '99999', '4000', '400012', '', 40_001, null])(
    '%p is none that says something',
    (code) => {
      expect(classify({ code, severity: 'ERROR' })).toBe('unknown');
    },
  );
});
