import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { ErrorLike, Recogniser } from '../recogniser.js';

interface PostgresError extends ErrorLike {
  readonly severity?: unknown;
}

/** SQLSTATEs that people meet, and those that mean something else than the others of their class. */
const byState = codeTable({
  database: [
    '40001', // serialization failure, deadlock in MySQL
    '40002',
    '40003',
    '40P01', // deadlock
    '55P03', // lock not available: lock_timeout, NOWAIT
    '55006', // object in use
    '25006', // read only: connected to what is no longer the primary
    '53000',
    '53100',
    '53200',
    '53300', // too many connections
    '57P01', // administrator command
    '57P02',
    '57P03', // cannot connect now: starting up, shutting down
    '57P05', // idle session timeout
    '72000',
  ],
  timeout: [
    '57014', // query cancelled: statement_timeout, or somebody's request
    '25P03', // idle in transaction
    '25P04', // transaction_timeout
  ],
  network: ['08000', '08001', '08003', '08004', '08006', '08007', '08P01'],
  conflict: ['23505', '23503', '23P01', '23001', '42P04', '42P06', '42P07', '42710', '2BP01'],
  validation: ['23502', '23514', '22001', '22003', '22007', '22008', '22012', '22023', '22P02'],
  authentication: ['28000', '28P01'],
  authorization: ['42501'],
  notFound: ['3D000', '57P04', '02000', 'P0002'],
  client: ['25P02', 'P0001', 'P0003'],
  programming: ['42601', '42703', '42804', '42883', '42P01', '42P02', '42P18', 'P0004'],
});

/** By the first two letters, for a state of which nothing more is known. */
const byClass = codeTable({
  database: ['40', '53', '57'],
  network: ['08'],
  timeout: ['70'],
  server: ['58', 'F0', 'HV', 'XX'],
  conflict: ['23', '27'],
  validation: ['22', '44'],
  authentication: ['28'],
  authorization: ['0L', '0P'],
  notFound: ['02', '3D'],
  client: ['25', '38', '39', '45', '54', '55', 'P0'],
  programming: ['0A', '0B', '20', '21', '24', '26', '2B', '2D', '2F', '34', '3B', '3F', '42'],
});

/** What a SQLSTATE means; `undefined` for what is none, and for those that say nothing (`HY000`). */
export function categoryOfSqlState(state: unknown): ErrorCategory | undefined {
  if (typeof state !== 'string' || state.length !== 5) return undefined;
  return byState.get(state) ?? byClass.get(state.slice(0, 2));
}

/**
 * Errors of PostgreSQL, as `pg` and `postgres` throw them and TypeORM copies them: `code` is a SQLSTATE.
 *
 * Beside a `severity` every state counts; without it only those that are listed one by one, for other libraries may have
 * codes of five letters too.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export const sqlState: Recogniser = (error) => {
  const { code, severity } = error as PostgresError;
  return typeof severity === 'string' ? categoryOfSqlState(code) : byState.get(code);
};
