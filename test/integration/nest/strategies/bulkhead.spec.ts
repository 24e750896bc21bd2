import { Inject, Injectable, Scope } from '@nestjs/common';
import { ContextIdFactory, ModuleRef, REQUEST } from '@nestjs/core';
import { BulkheadFullError } from '../../../../lib/core/errors/bulkhead-full-error.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { Bulkhead } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { heldOperation, settled } from '../../../support/held-operation.js';
import { noBackoff, rejection, watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

/** Services whose calls stay under way until the test settles them. */
class Holding {
  protected readonly held = heldOperation();
  readonly runs = this.held.runs;
}

describe('@Bulkhead on a method', () => {
  @Injectable()
  class Reports extends Holding {
    @Bulkhead(1)
    async render(): Promise<unknown> {
      return this.held.operation();
    }

    @Bulkhead({ maxConcurrent: 1, maxQueue: 1, queueTimeout: '2s' })
    async send(): Promise<unknown> {
      return this.held.operation();
    }
  }

  it('lets so many calls run, and refuses the next with what it needs to know', async () => {
    const { get, service, events } = await startApp([Reports]);
    const reports = get(Reports);
    void reports.render();

    expect(await rejection(reports.render())).toMatchObject({
      code: 'BULKHEAD_FULL',
      reason: 'full',
      maxConcurrent: 1,
      maxQueue: 0,
      policy: 'inline',
      operation: 'Reports.render',
      statusCode: 503,
      headers: { 'retry-after': '1' },
    });
    expect(reports.runs).toHaveLength(1);
    expect(events).toContainEqual(expect.objectContaining({ type: 'callRejected', reason: 'bulkhead' }));
    expect(service.stats()).toMatchObject({ calls: 2, attempts: 1, rejections: 1 });
  });

  it('has one of its own for each method', async () => {
    const { get } = await startApp([Reports]);
    void get(Reports).render();
    void get(Reports).send();
    expect(get(Reports).runs).toHaveLength(2);
  });

  it('lets calls wait in order, and no longer than they may', async () => {
    const { get, clock } = await startApp([Reports]);
    const reports = get(Reports);
    void reports.send();
    const [waiting, tooMany] = [watched(reports.send()), rejection(reports.send())];
    expect(await tooMany).toMatchObject({ reason: 'full' });

    reports.runs[0]?.resolve('first');
    await settled();
    expect(reports.runs).toHaveLength(2);
    reports.runs[1]?.resolve('second');
    await settled();
    expect(waiting.value).toBe('second');

    void reports.send();
    const late = rejection(reports.send());
    await clock.advance('2s');
    expect(await late).toMatchObject({ code: 'BULKHEAD_FULL', reason: 'queueTimeout' });
  });
});

describe('@Bulkhead on a class', () => {
  @Bulkhead({ maxConcurrent: 1, scope: 'service' })
  @Injectable()
  class Shared extends Holding {
    async one(): Promise<unknown> {
      return this.held.operation();
    }

    async two(): Promise<unknown> {
      return this.held.operation();
    }
  }

  @Bulkhead(1)
  @Injectable()
  class Apart extends Holding {
    async one(): Promise<unknown> {
      return this.held.operation();
    }

    @Bulkhead(2)
    async two(): Promise<unknown> {
      return this.held.operation();
    }
  }

  it('is one for all its methods with scope: service', async () => {
    const { get } = await startApp([Shared]);
    void get(Shared).one();
    expect(await rejection(get(Shared).two())).toBeInstanceOf(BulkheadFullError);
  });

  it('is one for each method by default, and a method’s own wins', async () => {
    const { get, service } = await startApp([Apart]);
    void get(Apart).one();
    void get(Apart).two();
    void get(Apart).two();
    expect(get(Apart).runs).toHaveLength(3);
    expect(await rejection(get(Apart).one())).toMatchObject({ maxConcurrent: 1 });
    expect(await rejection(get(Apart).two())).toMatchObject({ maxConcurrent: 2 });
    expect(service.explain('Apart.two')).toContainEqual({
      path: 'bulkhead.maxConcurrent',
      value: 2,
      source: '@Bulkhead of Apart.two',
    });
  });
});

describe('a bulkhead with a policy', () => {
  const policies = {
    bank: { bulkhead: { maxConcurrent: 9, maxQueue: 3 }, retry: { maxAttempts: 2, backoff: noBackoff } },
  };

  @Injectable()
  class Accounts extends Holding {
    @Resilient('bank')
    async plain(): Promise<unknown> {
      return this.held.operation();
    }

    @Resilient('bank', { bulkhead: { maxConcurrent: 1 } })
    async overridden(): Promise<unknown> {
      return this.held.operation();
    }

    @Bulkhead(1)
    @Retryable('bank', { retryOn: ['default', BulkheadFullError] })
    async replaced(): Promise<unknown> {
      return this.held.operation();
    }

    @Resilient('bank', { bulkhead: false })
    async without(): Promise<unknown> {
      return this.held.operation();
    }
  }

  const start = (operations = {}) =>
    startApp({ providers: [Accounts], options: { policies, operations: { ...operations } } });

  it.each([
    ['plain', { maxConcurrent: 9, maxQueue: 3 }],
    ['overridden', { maxConcurrent: 1, maxQueue: 3 }],
    ['replaced', { maxConcurrent: 1, maxQueue: 0 }],
  ] as const)('has for %s the options %p', async (method, expected) => {
    const { service } = await start();
    const options = service.explain(`Accounts.${method}`);
    for (const [name, value] of Object.entries(expected))
      expect(options).toContainEqual(expect.objectContaining({ path: `bulkhead.${name}`, value }));
  });

  it('obeys the options of its operation, which configuration may change and take away', async () => {
    const { get } = await start({
      'Accounts.plain': { bulkhead: 1, retry: false },
      'Accounts.overridden': { bulkhead: false },
    });
    const accounts = get(Accounts);
    for (let call = 0; call < 5; call++) void accounts.overridden();
    expect(accounts.runs).toHaveLength(5);
    void accounts.plain();
    for (let call = 0; call < 3; call++) void rejection(accounts.plain());
    expect(await rejection(accounts.plain())).toMatchObject({ maxConcurrent: 1, maxQueue: 3 });
    expect(accounts.runs).toHaveLength(6);
  });

  it('can be taken away by a decorator', async () => {
    const { get } = await start();
    for (let call = 0; call < 20; call++) void get(Accounts).without();
    expect(get(Accounts).runs).toHaveLength(20);
  });

  it('that is full is retried where retryOn names it, after the second that it hints at', async () => {
    const { get, clock } = await start();
    const accounts = get(Accounts);
    void accounts.replaced();
    const second = watched(accounts.replaced());
    await clock.advance(999);
    accounts.runs[0]?.resolve();
    await clock.advance(1);
    expect(accounts.runs).toHaveLength(1);
    await clock.advance('1s');
    expect(accounts.runs).toHaveLength(2);
    accounts.runs[1]?.resolve('served');
    await settled();
    expect(second.value).toBe('served');
  });

  it('is shared by calls by hand that name the operation', async () => {
    const { get, service } = await start();
    const { operation } = heldOperation();
    for (let call = 0; call < 9; call++) void get(Accounts).plain();
    const waiting = watched(service.execute('bank', operation, { operation: 'Accounts.plain' }));
    await settled();
    expect(waiting.settled).toBe(false);
    get(Accounts).runs[0]?.resolve();
    await settled();
    expect(service.stats('bank')).toMatchObject({ calls: 10, attempts: 10 });
  });
});

describe('a key', () => {
  @Injectable()
  class Tenants extends Holding {
    readonly region = 'eu';

    @Bulkhead({
      maxConcurrent: 1,
      key(this: Tenants, tenant: string) {
        return `${this.region}-${tenant}`;
      },
    })
    async load(_tenant: string): Promise<unknown> {
      return this.held.operation();
    }
  }

  it('divides a bulkhead by the instance and the arguments of the call', async () => {
    const { get } = await startApp([Tenants]);
    void get(Tenants).load('acme');
    void get(Tenants).load('globex');
    expect(get(Tenants).runs).toHaveLength(2);
    expect(await rejection(get(Tenants).load('acme'))).toBeInstanceOf(BulkheadFullError);
  });
});

describe('a bulkhead of a request-scoped provider', () => {
  @Injectable({ scope: Scope.REQUEST })
  class PerRequest {
    static seen: unknown[] = [];
    static held = heldOperation();

    constructor(@Inject(REQUEST) private readonly request: { user: string }) {}

    @Bulkhead({ maxConcurrent: 1, maxQueue: 100 })
    async load(): Promise<unknown> {
      PerRequest.seen.push(this.request.user);
      return PerRequest.held.operation();
    }
  }

  it('is one for all requests, and each call has its own instance', async () => {
    const { app } = await startApp([PerRequest]);
    const moduleRef = app.get(ModuleRef);
    for (const user of ['ann', 'bob', 'eve']) {
      const context = ContextIdFactory.create();
      moduleRef.registerRequestByContextId({ user }, context);
      void (await moduleRef.resolve(PerRequest, context, { strict: false })).load();
    }
    const { runs } = PerRequest.held;
    for (let turn = 0; turn < 3; turn++) {
      expect(runs).toHaveLength(turn + 1);
      runs[turn]?.resolve();
      await settled();
    }
    expect(PerRequest.seen).toEqual(['ann', 'bob', 'eve']);
  });
});
