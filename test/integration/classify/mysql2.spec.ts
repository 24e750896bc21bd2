import { createConnection, createPool, type Connection, type ConnectionOptions } from 'mysql2/promise';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { compileMatcher } from '../../../lib/core/predicate.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { describeWithServer, uniqueName } from '../../support/servers.js';
import { closedPort, startSilentServer, thrownBy, untilTrue } from './support.js';

describeWithServer('MariaDB', (address) => {
  const table = uniqueName('holdfast');
  const user = `u_${uniqueName('').slice(1, 20)}`;
  const to = { ...address, user: 'root', database: 'test' };
  const connections: Connection[] = [];
  let client: Connection;

  async function connect(config: ConnectionOptions = {}): Promise<Connection> {
    const made = await createConnection({ ...to, ...config });
    // What is cut between queries; its types know only the events of the connection that is wrapped.
    (made as unknown as NodeJS.EventEmitter).on('error', () => {});
    connections.push(made);
    return made;
  }

  const failing = (sql: string) => thrownBy(() => client.query(sql));

  beforeAll(async () => {
    client = await connect();
    await client.query(`create table ${table} (id int primary key, parent int references ${table} (id),
      word varchar(3) not null default '', size int check (size > 0)) engine = InnoDB`);
    await client.query(`create user '${user}'@'%' identified by 'secret'`);
    await client.query(`create user '${user}'@'127.0.0.1' identified by 'secret'`);
    await client.query(`create user '${user}'@'localhost' identified by 'secret'`);
  });
  beforeEach(() => client.query(`insert into ${table} (id, size) values (1, 1), (2, 1)`));
  afterEach(async () => {
    for (const one of connections.splice(1)) one.destroy();
    await client.query('rollback');
    await client.query(`delete from ${table}`);
  });
  afterAll(async () => {
    await client.query(`drop table ${table}`);
    for (const host of ['%', '127.0.0.1', 'localhost']) await client.query(`drop user '${user}'@'${host}'`);
    await client.end();
  });

  describe('what mysql2 really throws', () => {
    it.each([
      ['a unique violation', `insert into ${table} (id) values (1)`, 'ER_DUP_ENTRY', 'conflict'],
      [
        'a foreign key violation',
        `insert into ${table} (id, parent) values (3, 99)`,
        'ER_NO_REFERENCED_ROW_2',
        'conflict',
      ],
      [
        'a not-null violation',
        `insert into ${table} (id, word) values (3, null)`,
        'ER_BAD_NULL_ERROR',
        'validation',
      ],
      [
        'a value that is too long',
        `insert into ${table} (id, word) values (3, 'long')`,
        'ER_DATA_TOO_LONG',
        'validation',
      ],
      ['a table that exists', `create table ${table} (id int)`, 'ER_TABLE_EXISTS_ERROR', 'conflict'],
      ['a syntax error', 'selec 1', 'ER_PARSE_ERROR', 'programming'],
      ['a table that is missing', 'select * from holdfast_missing', 'ER_NO_SUCH_TABLE', 'programming'],
      ['a column that is missing', `select missing from ${table}`, 'ER_BAD_FIELD_ERROR', 'programming'],
      [
        'an exception of a procedure',
        `signal sqlstate '45000' set message_text = 'no'`,
        'ER_SIGNAL_EXCEPTION',
        'client',
      ],
    ])('for %s is permanent, and has its code', async (_, sql, code, category) => {
      const error = await failing(sql);

      expect(classify(error)).toBe(category);
      expect(isPermanent(error, classify)).toBe(true);
      expect(compileMatcher([code], classify)(error)).toBe(true);
      expect(provesNothingSent(error)).toBe(false);
    });

    it('for a check violation is validation', async () => {
      expect(classify(await failing(`insert into ${table} (id, size) values (3, -1)`))).toBe('validation');
    });

    it('for a wrong password is authentication', async () => {
      expect(classify(await thrownBy(() => connect({ user, password: 'wrong' })))).toBe('authentication');
    });

    it('for a database that the user may not use, or a right that is missing, is authorization', async () => {
      const error = await thrownBy(() => connect({ user, password: 'secret', database: 'mysql' }));
      const poor = await connect({ user, password: 'secret', database: 'information_schema' });

      expect(classify(error)).toBe('authorization');
      expect(classify(await thrownBy(() => poor.query('select * from mysql.user')))).toBe('authorization');
      expect(classify(await thrownBy(() => poor.query('set global max_connections = 1')))).toBe(
        'authorization',
      );
    });

    it('for a database that does not exist is notFound', async () => {
      expect(classify(await thrownBy(() => connect({ database: `${table}_missing` })))).toBe('notFound');
    });

    it('for a deadlock is database', async () => {
      const other = await connect();
      for (const [one, id] of [[client, 1] as const, [other, 2] as const]) {
        await one.query('begin');
        await one.query(`update ${table} set size = 2 where id = ${id}`);
      }
      const updates = await Promise.allSettled([
        client.query(`update ${table} set size = 3 where id = 2`),
        other.query(`update ${table} set size = 3 where id = 1`),
      ]);
      const failed = updates.filter((one) => one.status === 'rejected');

      expect(failed.map(({ reason }) => classify(reason))).toEqual(['database']);
      expect(isPermanent(failed[0]?.reason, classify)).toBe(false);
    });

    it('for a lock that is held, with NOWAIT, is database', async () => {
      const other = await connect();
      await other.query('begin');
      await other.query(`update ${table} set size = 2 where id = 1`);

      expect(classify(await failing(`select * from ${table} where id = 1 for update nowait`))).toBe(
        'database',
      );
    });

    it('for a lock timeout is database', async () => {
      const other = await connect();
      await other.query('begin');
      await other.query(`update ${table} set size = 2 where id = 1`);
      await client.query('set innodb_lock_wait_timeout = 1'); // seconds, the shortest there is
      const error = await failing(`update ${table} set size = 3 where id = 1`);

      expect(compileMatcher(['ER_LOCK_WAIT_TIMEOUT'], classify)(error)).toBe(true);
      expect(classify(error)).toBe('database');
    });

    it('for a statement that takes too long is timeout', async () => {
      const slow = 'select count(*) from information_schema.columns a, information_schema.columns b';

      expect(classify(await failing(`set statement max_statement_time = 0.01 for ${slow}`))).toBe('timeout');
    });

    it('for a query that takes longer than the client waits is timeout', async () => {
      const impatient = await connect();

      expect(classify(await thrownBy(() => impatient.query({ sql: 'select sleep(60)', timeout: 10 })))).toBe(
        'timeout',
      );
      await client.query(`kill ${impatient.threadId}`);
    });

    it('for a query that is killed is timeout', async () => {
      const victim = await connect();
      const running = thrownBy(() => victim.query(`select sleep(60) from ${table}`));
      await untilAsleep(victim.threadId, running);
      await client.query(`kill query ${victim.threadId}`);

      expect(classify(await running)).toBe('timeout');
    });

    it('for a connection that is killed is network, and from then on', async () => {
      const victim = await connect();
      const running = thrownBy(() => victim.query('select sleep(60)'));
      await untilAsleep(victim.threadId, running);
      await client.query(`kill ${victim.threadId}`);
      const error = await running;

      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(false);
      expect(classify(await thrownBy(() => victim.query('select 1')))).toBe('network');
    });

    it.each(['destroy', 'resetAndDestroy'] as const)(
      'for a connection that is cut (%s) is network, and proves nothing',
      async (how) => {
        const proxy = await startCuttingProxy(address);
        const victim = await connect({ host: proxy.host, port: proxy.port });
        const running = thrownBy(() => victim.query('select sleep(60)'));
        await untilAsleep(victim.threadId, running);
        proxy.cut(how);
        const error = await running;
        await client.query(`kill ${victim.threadId}`);
        await proxy.close();

        expect(classify(error)).toBe('network');
        expect(provesNothingSent(error)).toBe(false);
      },
    );

    it('for a closed port is network, and proves that nothing was sent', async () => {
      const port = await closedPort();
      const error = await thrownBy(() => connect({ host: '127.0.0.1', port }));

      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(true);
    });

    it('for a server that does not answer is timeout', async () => {
      const silent = await startSilentServer();
      const error = await thrownBy(() =>
        connect({ host: '127.0.0.1', port: silent.port, connectTimeout: 10 }),
      );
      await silent.close();

      expect(classify(error)).toBe('timeout');
    });

    it('for a pool that is exhausted is database, for one that has ended client', async () => {
      const pool = createPool({ ...to, connectionLimit: 1, waitForConnections: false });
      const held = await pool.getConnection();
      const exhausted = await thrownBy(() => pool.query('select 1'));
      held.release();
      await pool.end();

      expect(classify(exhausted)).toBe('database');
      expect(classify(await thrownBy(() => pool.query('select 1')))).toBe('client');
    });

    it('for a value that it cannot bind is programming', async () => {
      expect(classify(await thrownBy(() => client.execute('select ?', [undefined as never])))).toBe(
        'programming',
      );
    });
  });

  function untilAsleep(threadId: number, running: Promise<unknown>): Promise<void> {
    const sql = `select 1 from information_schema.processlist where id = ? and state = 'User sleep'`;
    return untilTrue(async () => {
      const [rows] = await client.query(sql, [threadId]);
      return (rows as unknown[]).length > 0;
    }, running);
  }
});
