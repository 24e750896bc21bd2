import { classify } from '../../../../../lib/core/classify/classify.js';

describe('an error of mysql2', () => {
  it.each([
    ['ER_LOCK_DEADLOCK', 1213, '40001', 'database'],
    ['ER_LOCK_WAIT_TIMEOUT', 1205, 'HY000', 'database'],
    ['ER_LOCK_NOWAIT', 3572, 'HY000', 'database'],
    ['ER_CON_COUNT_ERROR', 1040, '08004', 'database'],
    ['ER_SERVER_SHUTDOWN', 1053, '08S01', 'database'],
    ['ER_OPTION_PREVENTS_STATEMENT', 1290, 'HY000', 'database'],
    ['CR_SERVER_GONE_ERROR', 2006, 'HY000', 'network'],
    ['CR_SERVER_LOST', 2013, 'HY000', 'network'],
    ['ER_NET_READ_ERROR', 1158, '08S01', 'network'],
    ['ER_QUERY_INTERRUPTED', 1317, '70100', 'timeout'],
    ['ER_QUERY_TIMEOUT', 3024, 'HY000', 'timeout'],
    ['ER_ACCESS_DENIED_ERROR', 1045, '28000', 'authentication'],
    ['ER_DBACCESS_DENIED_ERROR', 1044, '42000', 'authorization'],
    ['ER_TABLEACCESS_DENIED_ERROR', 1142, '42000', 'authorization'],
    ['ER_BAD_DB_ERROR', 1049, '42000', 'notFound'],
    ['ER_DUP_ENTRY', 1062, '23000', 'conflict'],
    ['ER_ROW_IS_REFERENCED_2', 1451, '23000', 'conflict'],
    ['ER_NO_REFERENCED_ROW_2', 1452, '23000', 'conflict'],
    ['ER_BAD_NULL_ERROR', 1048, '23000', 'validation'],
    ['ER_CHECK_CONSTRAINT_VIOLATED', 3819, 'HY000', 'validation'],
    ['ER_DATA_TOO_LONG', 1406, '22001', 'validation'],
    ['ER_NET_PACKET_TOO_LARGE', 1153, '08S01', 'client'],
    ['ER_PARSE_ERROR', 1064, '42000', 'programming'],
    ['ER_NO_SUCH_TABLE', 1146, '42S02', 'programming'],
  ])('%s (%i, %s) is %s, also by its name or its number alone', (code, errno, sqlState, category) => {
    expect(classify(Object.assign(new Error('x'), { code, errno, sqlState }))).toBe(category);
    expect(classify({ code })).toBe(category);
    expect(classify({ errno })).toBe(category);
  });

  it.each([
    ['PROTOCOL_CONNECTION_LOST', 'network'],
    ['HANDSHAKE_SSL_ERROR', 'network'],
    ['PROTOCOL_SEQUENCE_TIMEOUT', 'timeout'],
    ['AUTH_SWITCH_PLUGIN_ERROR', 'authentication'],
  ])('%s, of the driver, is %s', (code, category) => {
    expect(classify({ code, fatal: true })).toBe(category);
  });

  it.each([
    ['40001', 'database'],
    ['22003', 'validation'],
    ['42000', 'programming'],
    ['45000', 'client'],
    ['HY000', 'unknown'],
  ])('that is not listed is by its SQLSTATE, %s, %s', (sqlState, category) => {
    expect(classify({ code: 'ER_NEW', errno: 9999, sqlState })).toBe(category);
  });

  it('has the number of MariaDB where that and the name, which is of MySQL, differ', () => {
    const code = 'ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE';

    expect(classify({ code, errno: 4025, sqlState: '23000' })).toBe('validation');
    expect(classify({ code, errno: 4025, sqlState: 'HY000' })).toBe('unknown');
  });

  it.each([
    ['a number beside the code of another library', { code: 'SQLITE_BUSY', errno: 1213 }],
    ['a number as text', { errno: '1213' }],
    ['a negative number, as the system has', { errno: -1213 }],
  ])('is not %s', (_, error) => {
    expect(classify(error)).toBe('unknown');
  });
});
