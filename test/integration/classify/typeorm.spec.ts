import {
  DataSource,
  EntitySchema,
  OptimisticLockVersionMismatchError,
  type DataSourceOptions,
} from 'typeorm';
import { classify } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { compileMatcher } from '../../../lib/core/predicate.js';
import { startCuttingProxy } from '../../support/cutting-proxy.js';
import { describeWithServer, uniqueName, type ServerAddress } from '../../support/servers.js';
import { closedPort, thrownBy } from './support.js';

interface Order {
  id: number;
  size: number;
}

describe.each([
  ['PostgreSQL', 'postgres', 'postgres', 'select pg_sleep(60)', '23505'],
  ['MariaDB', 'mysql', 'root', 'select sleep(60)', 'ER_DUP_ENTRY'],
] as const)('over %s,', (server, type, username, sleep, duplicate) => {
  describeWithServer(server, (address) => {
    const table = uniqueName('holdfast');
    const entity = new EntitySchema<Order>({
      name: 'Order',
      tableName: table,
      columns: { id: { type: 'int', primary: true }, size: { type: 'int' } },
    });
    let source: DataSource;

    const sourceFor = ({ host, port }: ServerAddress, database = 'test') =>
      new DataSource({ type, host, port, username, database, entities: [entity] } as DataSourceOptions);

    beforeAll(async () => {
      source = await sourceFor(address).initialize();
      await source.synchronize();
      await source.getRepository(entity).insert({ id: 1, size: 1 });
    });
    afterAll(async () => {
      await source.query(`drop table ${table}`);
      await source.destroy();
    });

    const orders = () => source.getRepository(entity);

    describe('what TypeORM really throws', () => {
      it.each([
        ['a unique violation', () => orders().insert({ id: 1, size: 1 }), 'conflict'],
        ['a not-null violation', () => orders().insert({ id: 2, size: null as never }), 'validation'],
        ['an entity that is missing', () => orders().findOneByOrFail({ id: 99 }), 'notFound'],
        ['a syntax error', () => source.query('selec 1'), 'programming'],
        ['a property that is missing', () => orders().findBy({ missing: 1 } as never), 'programming'],
        ['an entity that it does not know', () => source.getRepository('Missing').find(), 'programming'],
      ])('for %s is permanent', async (_, operation, category) => {
        const error = await thrownBy(operation);

        expect(classify(error)).toBe(category);
        expect(provesNothingSent(error)).toBe(false);
      });

      it("has the driver's code", async () => {
        const error = await thrownBy(() => orders().insert({ id: 1, size: 1 }));

        expect(compileMatcher([duplicate], classify)(error)).toBe(true);
        expect(compileMatcher(['QueryFailedError'], classify)(error)).toBe(true);
      });

      it('for a lock that another transaction holds is database', async () => {
        const held = source.createQueryRunner();
        await held.startTransaction();
        await held.query(`update ${table} set size = 2 where id = 1`);
        const error = await thrownBy(() => source.query(`select * from ${table} for update nowait`));
        await held.rollbackTransaction();
        await held.release();

        expect(classify(error)).toBe('database');
      });

      it('for a connection that is cut is network', async () => {
        const proxy = await startCuttingProxy(address);
        const victim = await sourceFor(proxy).initialize();
        const runner = victim.createQueryRunner();
        await runner.connect();
        proxy.swallow();
        const running = thrownBy(() => runner.query(sleep));
        proxy.cut();
        const error = await running;
        await runner.release().catch(() => {});
        await victim.destroy().catch(() => {});
        await proxy.close();

        expect(classify(error)).toBe('network');
        expect(provesNothingSent(error)).toBe(false);
      });

      it('for a closed port is network, and proves that nothing was sent', async () => {
        const port = await closedPort();
        const error = await thrownBy(() => sourceFor({ host: '127.0.0.1', port }).initialize());

        expect(classify(error)).toBe('network');
        expect(provesNothingSent(error)).toBe(true);
      });

      it('for a database that does not exist is notFound', async () => {
        const error = await thrownBy(() => sourceFor(address, `${table}_missing`).initialize());

        expect(classify(error)).toBe('notFound');
      });

      it('for a source that is not connected is network', async () => {
        const error = await thrownBy(() => sourceFor(address).query('select 1'));

        expect(classify(error)).toBe('network');
      });
    });
  });
});

describe('what TypeORM really throws', () => {
  it('for an entity that somebody else has changed is conflict', () => {
    expect(classify(new OptimisticLockVersionMismatchError('Order', 1, 2))).toBe('conflict');
  });
});
