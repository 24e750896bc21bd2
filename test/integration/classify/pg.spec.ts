import { Client, Pool, type ClientConfig } from 'pg';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { compileMatcher } from '../../../lib/core/predicate.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { describeWithServer, uniqueName } from '../../support/servers.js';
import { closedPort, startSilentServer, thrownBy, untilTrue } from './support.js';

describeWithServer('PostgreSQL', (address) => {
  const table = uniqueName('holdfast');
  const role = uniqueName('holdfast_role');
  const clients: Client[] = [];
  let client: Client;

  async function connect(config: ClientConfig = {}): Promise<Client> {
    const made = new Client({ ...address, user: 'postgres', database: 'test', ...config });
    made.on('error', () => {}); // what is cut between queries
    clients.push(made);
    await made.connect();
    return made;
  }

  const failing = (sql: string, values: unknown[] = []) => thrownBy(() => client.query(sql, values));

  beforeAll(async () => {
    client = await connect();
    await client.query(`create table ${table} (id int primary key, parent int references ${table},
      word varchar(3) not null default '', size int check (size > 0))`);
    await client.query(`create role ${role}`);
  });
  beforeEach(() => client.query(`insert into ${table} (id, size) values (1, 1), (2, 1)`));
  afterEach(async () => {
    await Promise.all(clients.splice(1).map((one) => one.end()));
    await client.query('rollback');
    await client.query('reset all');
    await client.query(`truncate ${table}`);
  });
  afterAll(async () => {
    await client.query(`drop table ${table}`);
    await client.query(`drop role ${role}`);
    await client.end();
  });

  describe('what pg really throws', () => {
    it.each([
      ['a unique violation', `insert into ${table} (id) values (1)`, '23505', 'conflict'],
      ['a foreign key violation', `insert into ${table} (id, parent) values (3, 99)`, '23503', 'conflict'],
      ['a not-null violation', `insert into ${table} (id, word) values (3, null)`, '23502', 'validation'],
      ['a check violation', `insert into ${table} (id, size) values (3, -1)`, '23514', 'validation'],
      [
        'a value that is too long',
        `insert into ${table} (id, word) values (3, 'long')`,
        '22001',
        'validation',
      ],
      ['a text that is no number', `select 'x'::int`, '22P02', 'validation'],
      ['a division by zero', 'select 1 / 0', '22012', 'validation'],
      ['a table that exists', `create table ${table} ()`, '42P07', 'conflict'],
      ['a syntax error', 'selec 1', '42601', 'programming'],
      ['a table that is missing', `select * from ${table}_missing`, '42P01', 'programming'],
      ['a column that is missing', `select missing from ${table}`, '42703', 'programming'],
      ['an exception of a function', `do $$ begin raise exception 'no'; end $$`, 'P0001', 'client'],
    ])('for %s is permanent, and has its code', async (_, sql, code, category) => {
      const error = await failing(sql);

      expect(classify(error)).toBe(category);
      expect(isPermanent(error, classify)).toBe(true);
      expect(compileMatcher([code], classify)(error)).toBe(true);
      expect(provesNothingSent(error)).toBe(false);
    });

    it('for a role without the right is authorization', async () => {
      await client.query(`begin; set local role ${role}`);

      expect(classify(await failing(`select * from ${table}`))).toBe('authorization');
    });

    it('for the statement after a failed one of a transaction is client', async () => {
      await client.query('begin');
      await failing('selec 1');

      expect(classify(await failing('select 1'))).toBe('client');
    });

    it('for a role that does not exist is authentication', async () => {
      expect(classify(await thrownBy(() => connect({ user: `${role}_missing` })))).toBe('authentication');
    });

    it('for a database that does not exist is notFound', async () => {
      expect(classify(await thrownBy(() => connect({ database: `${table}_missing` })))).toBe('notFound');
    });

    it('for a deadlock is database', async () => {
      const other = await connect();
      for (const [one, id] of [[client, 1] as const, [other, 2] as const]) {
        await one.query(
          `set deadlock_timeout = '10ms'; begin; update ${table} set size = 2 where id = ${id}`,
        );
      }
      const updates = await Promise.allSettled([
        client.query(`update ${table} set size = 3 where id = 2`),
        other.query(`update ${table} set size = 3 where id = 1`),
      ]);
      const failed = updates.filter((one) => one.status === 'rejected');

      expect(failed.map(({ reason }) => classify(reason))).toEqual(['database']);
      expect(isPermanent(failed[0]?.reason, classify)).toBe(false);
    });

    it('for a serialization failure is database', async () => {
      const other = await connect();
      await client.query('begin isolation level repeatable read');
      await client.query(`select * from ${table}`);
      await other.query(`update ${table} set size = 2 where id = 1`);

      expect(classify(await failing(`update ${table} set size = 3 where id = 1`))).toBe('database');
    });

    it.each([
      ['a lock timeout', `set lock_timeout = '10ms'`, ''],
      ['NOWAIT', 'select 1', ' nowait'],
    ])('for %s is database', async (_, before, after) => {
      const other = await connect();
      await other.query(`begin; update ${table} set size = 2 where id = 1`);
      await client.query(before);

      expect(classify(await failing(`select * from ${table} where id = 1 for update${after}`))).toBe(
        'database',
      );
    });

    it('for a statement timeout is timeout', async () => {
      await client.query(`set statement_timeout = '10ms'`);

      expect(classify(await failing('select pg_sleep(60)'))).toBe('timeout');
    });

    it('for a query that takes longer than the client waits is timeout', async () => {
      const impatient = await connect({ query_timeout: 10 });
      const error = await thrownBy(() => impatient.query('select pg_sleep(60)'));
      await client.query(`select pg_terminate_backend(${pidOf(impatient)})`);

      expect(classify(error)).toBe('timeout');
    });

    it('for a backend that is terminated is database, and network from then on', async () => {
      const victim = await connect();
      const running = thrownBy(() => victim.query('select pg_sleep(60)'));
      await untilAsleep(pidOf(victim), running);
      await client.query(`select pg_terminate_backend(${pidOf(victim)})`);
      const error = await running;

      expect(classify(error)).toBe('database');
      expect(provesNothingSent(error)).toBe(false);
      expect(classify(await thrownBy(() => victim.query('select 1')))).toBe('network');
    });

    it.each(['destroy', 'resetAndDestroy'] as const)(
      'for a connection that is cut (%s) is network, and proves nothing',
      async (how) => {
        const proxy = await startCuttingProxy(address);
        const victim = await connect(proxy);
        const running = thrownBy(() => victim.query('select pg_sleep(60)'));
        await untilAsleep(pidOf(victim), running);
        proxy.cut(how);
        const error = await running;
        const later = await thrownBy(() => victim.query('select 1'));
        await client.query(`select pg_terminate_backend(${pidOf(victim)})`);
        await proxy.close();

        expect(classify(error)).toBe('network');
        expect(provesNothingSent(error)).toBe(false);
        expect(classify(later)).toBe('network');
      },
    );

    it('for a closed port is network, and proves that nothing was sent', async () => {
      const port = await closedPort();
      const error = await thrownBy(() => connect({ port, host: '127.0.0.1' }));

      expect(classify(error)).toBe('network');
      expect(provesNothingSent(error)).toBe(true);
    });

    it('for a server that does not answer is timeout', async () => {
      const silent = await startSilentServer();
      const to = { host: '127.0.0.1', port: silent.port, connectionTimeoutMillis: 10 };
      const error = await thrownBy(() => connect(to));
      await silent.close();

      expect(classify(error)).toBe('timeout');
    });

    it('for a pool that is exhausted is timeout, for one that has ended client', async () => {
      const pool = new Pool({ ...address, user: 'postgres', database: 'test', max: 1 });
      const held = await pool.connect();
      pool.options.connectionTimeoutMillis = 10;
      const exhausted = await thrownBy(() => pool.query('select 1'));
      held.release();
      await pool.end();

      expect(classify(exhausted)).toBe('timeout');
      expect(classify(await thrownBy(() => pool.query('select 1')))).toBe('client');
    });
  });

  function untilAsleep(pid: number, running: Promise<unknown>): Promise<void> {
    const sql = `select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`;
    return untilTrue(async () => (await client.query(sql, [pid])).rowCount === 1, running);
  }
});

/** The process of the server that serves a client; pg has it, its types do not. */
function pidOf(client: Client): number {
  return (client as unknown as { processID: number }).processID;
}
