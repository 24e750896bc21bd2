import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { ErrorLike, Recogniser } from '../recogniser.js';
import { categoryOfMysqlErrno } from './mysql.js';
import { categoryOfSqlState } from './sql-state.js';

interface PrismaError extends ErrorLike {
  readonly errorCode?: unknown;
  readonly meta?: unknown;
  readonly originalCode?: unknown;
}

const byCode = codeTable({
  network: ['P1001', 'P1011', 'P1017', 'P6008'],
  timeout: ['P1002', 'P1008', 'P2024', 'P6004'],
  database: ['P2028', 'P2034', 'P2037'],
  rateLimit: ['P5011'],
  server: ['P2035', 'P5000', 'P6000'],
  authentication: ['P1000', 'P6002'],
  authorization: ['P1010'],
  notFound: ['P1003', 'P1014', 'P2001', 'P2015', 'P2018', 'P2025'],
  conflict: ['P1009', 'P2002', 'P2003', 'P2014', 'P2017'],
  validation: [
    'P2000',
    'P2004',
    'P2005',
    'P2006',
    'P2007',
    'P2011',
    'P2012',
    'P2013',
    'P2019',
    'P2020',
    'P2023',
    'P2033',
  ],
  client: ['P2029', 'P6009'],
  programming: [
    'P1012',
    'P1013',
    'P1015',
    'P1016',
    'P2008',
    'P2009',
    'P2016',
    'P2021',
    'P2022',
    'P2026',
    'P2030',
    'P2031',
  ],
});

const byName = codeTable({
  validation: ['PrismaClientValidationError'],
  server: ['PrismaClientRustPanicError'],
});

const RAW_QUERY_FAILED = 'P2010';

/**
 * Errors of Prisma: known requests by `code`, failed connections by `errorCode`, raw queries by what the database said
 * (`meta`), errors of driver adapters by the database's own code.
 *
 * @see https://www.prisma.io/docs/orm/reference/error-reference
 */
export const prisma: Recogniser = (error) => {
  const { code, errorCode, meta, name, originalCode } = error as PrismaError;
  if (code === RAW_QUERY_FAILED) return ofRawQuery(meta);
  return byCode.get(code) ?? byCode.get(errorCode) ?? byName.get(name) ?? ofDatabase(originalCode);
};

function ofRawQuery(meta: unknown): ErrorCategory | undefined {
  const { code, driverAdapterError } = (meta ?? {}) as { code?: unknown; driverAdapterError?: ErrorLike };
  const adapters = driverAdapterError?.cause as PrismaError | undefined;
  return ofDatabase(code) ?? ofDatabase(adapters?.originalCode);
}

function ofDatabase(code: unknown): ErrorCategory | undefined {
  return categoryOfSqlState(code) ?? categoryOfMysqlErrno(code);
}
