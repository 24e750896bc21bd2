import {
  Args,
  Field,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { AttemptContext } from '../../../lib/core/attempt-context.js';
import { Attempt } from '../../../lib/nest/decorators/attempt.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { UsePolicy } from '../../../lib/nest/interceptor/use-policy.decorator.js';
import { closeAll, threeAttempts, unavailable, until } from '../http/support.js';
import { listenGraphql, subscribe, type GraphqlApp } from './support.js';

const calls = new Map<string, number>();
const signals: AbortSignal[] = [];

/** Fails twice, then gives the value. */
function flaky<T>(name: string, value: T): T {
  const times = (calls.get(name) ?? 0) + 1;
  calls.set(name, times);
  if (times < 3) throw unavailable();
  return value;
}

@ObjectType()
class Order {
  @Field(() => Int)
  readonly id!: number;
}

@UsePolicy('edge')
@Resolver(() => Order)
class OrdersResolver {
  @Query(() => Order)
  order(@Args('id', { type: () => Int }) id: number): Order {
    return flaky('order', { id });
  }

  @Query(() => Order)
  plain(): Order {
    return { id: 1 };
  }

  @Mutation(() => Order)
  pay(): Order {
    return flaky('pay', { id: 1 });
  }

  @Mutation(() => Order)
  @UsePolicy('edge', { idempotent: true })
  cancel(): Order {
    return flaky('cancel', { id: 1 });
  }

  @Mutation(() => Order)
  ship(): Order {
    return { id: 1 };
  }

  @ResolveField(() => Int)
  stock(@Parent() { id }: Order): number {
    return flaky('stock', 10 * id);
  }

  @Query(() => String)
  attempt(@Attempt() attempt: AttemptContext, @Args('id', { type: () => Int }) id: number): string {
    if (attempt.attempt < 2) throw unavailable();
    return `${id} in attempt ${attempt.attempt} under "${attempt.policy}"`;
  }

  @Query(() => Int)
  @UsePolicy('slow')
  slow(): Promise<number> {
    return new Promise(() => undefined);
  }

  @Query(() => Int)
  @UsePolicy('fragile')
  fragile(): number {
    throw unavailable();
  }

  @Query(() => Int)
  @UsePolicy('edge', { fallback: { value: 42 } })
  cached(): number {
    throw unavailable();
  }

  @Subscription(() => Int, { resolve: (item: number) => item })
  async *ticks(): AsyncGenerator<number> {
    yield 1;
    yield 2;
  }

  @Subscription(() => Int)
  @UsePolicy('slow')
  silent(): Promise<AsyncIterable<number>> {
    return new Promise(() => undefined);
  }

  @Query(() => Int)
  endless(@Attempt() attempt: AttemptContext): Promise<number> {
    signals.push(attempt.signal);
    return new Promise(() => undefined);
  }
}

@Resolver(() => Order)
class TotalsResolver {
  @Retryable('edge')
  @ResolveField(() => Int)
  async total(@Parent() { id }: Order): Promise<number> {
    return flaky('total', 100 * id);
  }

  @Retryable('edge')
  @Mutation(() => Int)
  async refund(): Promise<number> {
    return flaky('refund', 7);
  }
}

afterAll(closeAll);

describe.each([true, false])('resolvers with httpErrors: %s', (httpErrors) => {
  let app: GraphqlApp;

  beforeAll(async () => {
    const fragile = { circuitBreaker: { failureThreshold: 1, resetTimeout: '1m' } };
    app = await listenGraphql(
      { policies: { edge: threeAttempts, slow: { timeout: '10ms' }, fragile }, httpErrors, logging: false },
      [OrdersResolver, TotalsResolver],
    );
  });
  beforeEach(() => calls.clear());

  it('of queries are retried', async () => {
    expect(await app.ask('{ order(id: 7) { id } }')).toEqual({ data: { order: { id: 7 } } });
    expect(calls.get('order')).toBe(3);
  });

  it('of mutations are not', async () => {
    const { errors } = await app.ask('mutation { pay { id } }');

    expect(errors).toHaveLength(1);
    expect(calls.get('pay')).toBe(1);
  });

  it('of mutations are retried where the policy says idempotent: true', async () => {
    expect(await app.ask('mutation { cancel { id } }')).toEqual({ data: { cancel: { id: 1 } } });
    expect(calls.get('cancel')).toBe(3);
  });

  it('of mutations are retried where a decorator of methods says so', async () => {
    expect(await app.ask('mutation { refund }')).toEqual({ data: { refund: 7 } });
  });

  it('of fields are retried in a query, not in a mutation', async () => {
    expect(await app.ask('{ plain { stock } }')).toEqual({ data: { plain: { stock: 10 } } });
    expect(calls.get('stock')).toBe(3);

    calls.clear();
    expect((await app.ask('mutation { ship { stock } }')).errors).toHaveLength(1);
    expect(calls.get('stock')).toBe(1);
  });

  it('of fields are retried where a decorator of methods says so', async () => {
    expect(await app.ask('{ plain { total } }')).toEqual({ data: { plain: { total: 100 } } });
  });

  it('receive their @Attempt()', async () => {
    expect(await app.ask('{ attempt(id: 7) }')).toEqual({
      data: { attempt: '7 in attempt 2 under "edge"' },
    });
  });

  it('answer with a fallback', async () => {
    expect(await app.ask('{ cached }')).toEqual({ data: { cached: 42 } });
  });

  it('give errors their code', async () => {
    const { errors } = await app.ask('{ slow }');

    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/OrdersResolver\.slow.*policy=slow/) as string,
        extensions: { code: 'TIMEOUT_EXCEEDED' },
      }),
    ]);
  });

  it('say when it is worth trying again', async () => {
    await app.ask('{ fragile }');
    const { errors } = await app.ask('{ fragile }');

    expect(errors?.[0]?.extensions).toEqual({
      code: 'CIRCUIT_OPEN',
      retryAfter: expect.any(Number) as number,
    });
    expect(errors?.[0]?.message).not.toContain('ECONNREFUSED');
  });

  it('of subscriptions give all their items', async () => {
    expect(await subscribe(app, 'subscription { ticks }')).toEqual([
      { data: { ticks: 1 } },
      { data: { ticks: 2 } },
    ]);
  });

  it('of subscriptions have a limit for their beginning', async () => {
    expect(await subscribe(app, 'subscription { silent }')).toMatchObject([
      { errors: [{ extensions: { code: 'TIMEOUT_EXCEEDED' } }] },
    ]);
  });

  it('end the call when the client goes away', async () => {
    const leaving = new AbortController();
    const gone = app.ask('{ endless }', leaving.signal).catch((error: Error) => error.name);
    await until(() => signals.length === 1);
    leaving.abort();

    expect(await gone).toBe('AbortError');
    await until(() => signals[0]?.aborted === true);
    expect(signals.splice(0)[0]?.reason).toMatchObject({ status: 499 });
  });
});
