import type { ErrorCategory } from '../error-category.js';
import type { ErrorLike, Recogniser } from '../recogniser.js';
import { categoryOfSqlState } from './sql-state.js';

interface MysqlError extends ErrorLike {
  readonly errno?: unknown;
  readonly sqlState?: unknown;
}

/** Errors whose SQLSTATE says nothing (`HY000`) or not enough, and those that people name in their tests. */
const errors: Readonly<Partial<Record<ErrorCategory, Readonly<Record<string, number>>>>> = {
  database: {
    ER_LOCK_WAIT_TIMEOUT: 1205,
    ER_LOCK_DEADLOCK: 1213,
    ER_LOCK_NOWAIT: 3572,
    ER_LOCK_TABLE_FULL: 1206,
    ER_CHECKREAD: 1020, // MariaDB: the row changed since the snapshot
    ER_XA_RBTIMEOUT: 1613,
    ER_XA_RBDEADLOCK: 1614,
    ER_USER_LOCK_DEADLOCK: 3058,
    ER_LOCKING_SERVICE_DEADLOCK: 3132,
    ER_LOCKING_SERVICE_TIMEOUT: 3133,
    ER_TRANSACTION_ROLLBACK_DURING_COMMIT: 3101,
    ER_TABLE_DEF_CHANGED: 1412,
    ER_NEED_REPREPARE: 1615,
    ER_CON_COUNT_ERROR: 1040,
    ER_TOO_MANY_USER_CONNECTIONS: 1203,
    ER_USER_LIMIT_REACHED: 1226,
    ER_UNKNOWN_COM_ERROR: 1047, // Galera: the node is not ready
    ER_SERVER_SHUTDOWN: 1053,
    ER_NORMAL_SHUTDOWN: 1077,
    ER_SHUTDOWN_COMPLETE: 1079,
    ER_OPTION_PREVENTS_STATEMENT: 1290, // read only: no longer the primary
    ER_READ_ONLY_MODE: 1836,
    ER_CONNECTION_KILLED: 1927,
    ER_CLIENT_INTERACTION_TIMEOUT: 4031,
    ER_OUTOFMEMORY: 1037,
    ER_OUT_OF_RESOURCES: 1041,
    ER_DISK_FULL: 1021,
  },
  network: {
    ER_ABORTING_CONNECTION: 1152,
    ER_NEW_ABORTING_CONNECTION: 1184,
    ER_NET_READ_ERROR: 1158,
    ER_NET_ERROR_ON_WRITE: 1160,
    CR_CONNECTION_ERROR: 2002,
    CR_CONN_HOST_ERROR: 2003,
    CR_SERVER_GONE_ERROR: 2006,
    CR_SERVER_LOST: 2013,
    CR_SERVER_LOST_EXTENDED: 2055,
  },
  timeout: {
    ER_NET_READ_INTERRUPTED: 1159,
    ER_NET_WRITE_INTERRUPTED: 1161,
    ER_QUERY_INTERRUPTED: 1317,
    ER_STATEMENT_TIMEOUT: 1969,
    ER_QUERY_TIMEOUT: 3024,
  },
  authentication: {
    ER_ACCESS_DENIED_ERROR: 1045,
    ER_HOST_NOT_PRIVILEGED: 1130,
    ER_NOT_SUPPORTED_AUTH_MODE: 1251,
    ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 1698,
    ER_MUST_CHANGE_PASSWORD: 1820,
    ER_MUST_CHANGE_PASSWORD_LOGIN: 1862,
    ER_ACCOUNT_HAS_BEEN_LOCKED: 3118,
  },
  authorization: {
    ER_DBACCESS_DENIED_ERROR: 1044,
    ER_KILL_DENIED_ERROR: 1095,
    ER_TABLEACCESS_DENIED_ERROR: 1142,
    ER_COLUMNACCESS_DENIED_ERROR: 1143,
    ER_SPECIFIC_ACCESS_DENIED_ERROR: 1227,
    ER_PROCACCESS_DENIED_ERROR: 1370,
  },
  notFound: { ER_BAD_DB_ERROR: 1049 },
  conflict: {
    ER_DB_CREATE_EXISTS: 1007,
    ER_DUP_KEY: 1022,
    ER_TABLE_EXISTS_ERROR: 1050,
    ER_DUP_ENTRY: 1062,
    ER_DUP_UNIQUE: 1169,
    ER_NO_REFERENCED_ROW: 1216,
    ER_ROW_IS_REFERENCED: 1217,
    ER_ROW_IS_REFERENCED_2: 1451,
    ER_NO_REFERENCED_ROW_2: 1452,
    ER_DUP_ENTRY_WITH_KEY_NAME: 1586,
  },
  validation: {
    ER_BAD_NULL_ERROR: 1048,
    ER_WARN_DATA_OUT_OF_RANGE: 1264,
    WARN_DATA_TRUNCATED: 1265,
    ER_TRUNCATED_WRONG_VALUE: 1292,
    ER_NO_DEFAULT_FOR_FIELD: 1364,
    ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: 1366,
    ER_DATA_TOO_LONG: 1406,
    ER_CHECK_CONSTRAINT_VIOLATED: 3819,
  },
  client: { ER_NET_PACKET_TOO_LARGE: 1153, ER_SIGNAL_EXCEPTION: 1644 },
  programming: {
    ER_NO_DB_ERROR: 1046,
    ER_BAD_FIELD_ERROR: 1054,
    ER_PARSE_ERROR: 1064,
    ER_NO_SUCH_TABLE: 1146,
  },
};

const rows = (Object.entries(errors) as [ErrorCategory, Record<string, number>][]).flatMap(
  ([category, list]) => Object.entries(list).map(([name, errno]) => ({ category, name, errno })),
);
const byErrno: ReadonlyMap<unknown, ErrorCategory> = new Map(rows.map((row) => [row.errno, row.category]));

/** By name, and mysql2's own codes. */
const byCode: ReadonlyMap<unknown, ErrorCategory> = new Map<unknown, ErrorCategory>([
  ...rows.map((row) => [row.name, row.category] as const),
  ['PROTOCOL_CONNECTION_LOST', 'network'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'timeout'],
  ['HANDSHAKE_SSL_ERROR', 'network'],
  ['HANDSHAKE_UNKNOWN_ERROR', 'network'],
  ['POOL_NONEONLINE', 'network'],
  ['AUTH_SWITCH_PLUGIN_ERROR', 'authentication'],
  ['MYSQL_CLEAR_PASSWORD_NOT_ENABLED', 'authentication'],
]);

/** MariaDB's own number for a violated check, which mysql2 names after another error of MySQL. */
const CHECK_VIOLATED_IN_MARIADB = 4025;

/**
 * Errors of MySQL and MariaDB, as `mysql2` throws them and TypeORM copies them: `errno`, else `code`, else `sqlState`.
 *
 * The number comes first: MariaDB and MySQL use some numbers for different errors, and then mysql2's name is MySQL's.
 */
export const mysql: Recogniser = (error) => {
  const { code, errno, sqlState } = error as MysqlError;
  if (typeof sqlState === 'string') {
    if (errno === CHECK_VIOLATED_IN_MARIADB && sqlState === '23000') return 'validation';
    return byErrno.get(errno) ?? byCode.get(code) ?? categoryOfSqlState(sqlState);
  }
  return byCode.get(code) ?? (code === undefined ? byErrno.get(errno) : undefined);
};

/** What a number of MySQL, or its text, means; for libraries that pass on nothing else. */
export function categoryOfMysqlErrno(errno: unknown): ErrorCategory | undefined {
  return byErrno.get(typeof errno === 'string' ? Number(errno) : errno);
}
