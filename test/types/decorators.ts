// Compile-time tests of the decorators: `npm run types` fails where a line that must be refused is not, or the
// other way round. Nothing here runs.
import { Readable } from 'node:stream';
import { applyDecorators, Controller, Get } from '@nestjs/common';
import { BehaviorSubject, of } from 'rxjs';
import type { Observable } from 'rxjs';
import {
  Attempt,
  AttemptContext,
  Bulkhead,
  CircuitBreaker,
  Fallback,
  FallbackValue,
  Hedge,
  NetworkRetry,
  RateLimit,
  Resilient,
  Retryable,
  SkipResilience,
  TimeLimit,
} from '../../lib/index.js';

export class Accepted {
  @Retryable('network')
  async promise(_id: string, @Attempt() _attempt?: AttemptContext): Promise<string> {
    return 'x';
  }

  @Resilient('network', { circuitBreaker: { failureThreshold: 3 } })
  observable(): Observable<number> {
    return of(1);
  }

  @TimeLimit({ total: '5s', attempt: '1s' })
  async *items(): AsyncIterable<number> {
    yield 1;
  }

  @Bulkhead(10)
  @Bulkhead({ maxConcurrent: 5, maxQueue: Infinity, queueTimeout: '1s', adaptive: { min: 1, max: 20 } })
  @RateLimit({ limit: 10, interval: '1s', key: (id: string) => id })
  @RateLimit({ name: 'bank' })
  @Hedge({ delay: '200ms', budget: { ratio: 0.2 } })
  @Hedge({ percentile: 95, maxHedges: 2, budget: true })
  async bounded(_id: string): Promise<string> {
    return 'x';
  }

  @Bulkhead()
  bulk(): Observable<number> {
    return of(1);
  }

  // `any` passes: what it is shows when it runs.
  @CircuitBreaker()
  anything(): any {
    return 1;
  }

  @Retryable()
  protected async ofSubclasses(): Promise<void> {}

  // TypeScript's private methods are methods like any other.
  @NetworkRetry({ maxAttempts: 2 })
  private async own(): Promise<void> {}

  @Fallback(function (this: Accepted, _error, id) {
    return this.promise(id as string);
  })
  @FallbackValue('cached')
  async chain(_id: string): Promise<string> {
    return this.own().then(() => 'x');
  }

  @FallbackValue(0)
  numbers(): Observable<number> {
    return of(1);
  }

  @FallbackValue(() => 0)
  async *counted(): AsyncGenerator<number, void, string> {
    yield 1;
  }

  @Retryable()
  iterable(): AsyncIterableIterator<number> {
    return this.counted();
  }

  @Retryable('network')
  async generic<T>(value: T): Promise<T> {
    return value;
  }

  @Resilient('network')
  either(first: boolean): Promise<string> | Promise<number> {
    return first ? Promise.resolve('x') : Promise.resolve(1);
  }

  @Retryable()
  [Symbol.for('key')](): Promise<string> {
    return Promise.resolve('x');
  }

  // What an async method resolves to is a value, whatever it is.
  @Retryable('file')
  async download(): Promise<Readable> {
    return Readable.from([]);
  }

  @FallbackValue(() => ({ items: [], total: 0 }))
  async page(): Promise<{ items: string[]; total: number }> {
    return { items: [], total: 0 };
  }

  @FallbackValue([])
  async list(): Promise<string[]> {
    return [];
  }

  @FallbackValue({ status: 'down', since: new Date(0), retry: [1, 2] })
  async state(): Promise<{ status: 'up' | 'down'; since: Date; retry: number[] }> {
    return { status: 'up', since: new Date(0), retry: [] };
  }

  @FallbackValue(0)
  async whatever(): Promise<any> {}

  @FallbackValue(null)
  async unknown(): Promise<unknown> {
    return 1;
  }

  // What a function promises is what the method resolves to.
  @FallbackValue(async () => 'x')
  async promised(): Promise<string> {
    return 'x';
  }

  @FallbackValue(undefined)
  async done(): Promise<void> {}

  // The object form of options, as in a policy.
  @Fallback({ handlers: ['promise', { value: 'x' }], on: ['network'], timeout: '1s' })
  async options(): Promise<string> {
    return 'x';
  }

  // A subtype of the method's type fits, and so does one member of a union.
  @FallbackValue(null)
  async maybe(): Promise<string | null> {
    return null;
  }
}

class Cursor implements AsyncIterable<number> {
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {}

  async toArray(): Promise<number[]> {
    return [];
  }
}

class Query extends Promise<number[]> {
  where(): this {
    return this;
  }
}

export class RefusedMethods {
  // @ts-expect-error a synchronous method has nothing to wait for
  @Retryable('network')
  synchronous(): string {
    return 'x';
  }

  // @ts-expect-error a method that is only sometimes asynchronous would change for its callers
  @Resilient('network')
  sometimes(): string | Promise<string> {
    return 'x';
  }

  // @ts-expect-error a synchronous method cannot wait for its turn
  @Bulkhead(1)
  crowded(): string {
    return 'x';
  }

  // @ts-expect-error nor for a token
  @RateLimit({ limit: 1 })
  limitedRate(): number {
    return 1;
  }

  // @ts-expect-error there is no limit
  @RateLimit()
  async unlimited(): Promise<void> {}

  // @ts-expect-error the option is called maxConcurrent
  @Bulkhead({ concurrency: 1 })
  async misspeltBulkhead(): Promise<void> {}

  // @ts-expect-error a hedge is made after a delay, or a percentile
  @Hedge('200ms')
  async shortHedge(): Promise<void> {}

  // @ts-expect-error void is synchronous
  @CircuitBreaker()
  nothing(): void {}

  // @ts-expect-error static methods have no instance whose app could be asked
  @TimeLimit('1s')
  static async ofTheClass(): Promise<void> {}

  // @ts-expect-error callers would get a promise of the stream instead of the stream
  @Retryable('file')
  stream(): Readable {
    return Readable.from([]);
  }

  // @ts-expect-error callers would get an iterable that has nothing else of the cursor
  @Retryable('database')
  cursor(): Cursor {
    return new Cursor();
  }

  // @ts-expect-error callers would get a promise that is no query any more
  @Retryable('database')
  query(): Query {
    return new Query(() => undefined);
  }

  // @ts-expect-error callers would get an Observable without a current value
  @Resilient('network')
  subject(): BehaviorSubject<number> {
    return new BehaviorSubject(1);
  }

  // @ts-expect-error what callers get must not depend on the call
  @Resilient('network')
  mixed(): Promise<string> | Observable<string> {
    return of('x');
  }

  // @ts-expect-error `methods` is for a decorator on the class
  @Resilient('network', { methods: ['promise'] })
  async selecting(): Promise<void> {}

  // @ts-expect-error the handlers of a fallback are functions, values and names of methods
  @Fallback(1)
  async fallback(): Promise<void> {}

  // @ts-expect-error the option is called handlers
  @Fallback({ handler: 'fallback' })
  async misspeltFallback(): Promise<void> {}

  // @ts-expect-error a function has no length in time
  @TimeLimit(() => 1)
  async limited(): Promise<void> {}

  // @ts-expect-error a property is no method
  @Retryable('network')
  property = async (): Promise<void> => {};

  // @ts-expect-error #private methods take no decorators
  @Retryable('network')
  async #hidden(): Promise<void> {}

  // @ts-expect-error a static method has no attempts
  static async withAttempt(@Attempt() _attempt?: AttemptContext): Promise<void> {}

  // @ts-expect-error a constructor has no attempts
  constructor(@Attempt() _attempt?: AttemptContext) {}

  callHidden(): Promise<void> {
    return this.#hidden();
  }

  // @ts-expect-error a number is no string
  @FallbackValue(1)
  async text(): Promise<string> {
    return 'x';
  }

  // @ts-expect-error nor does a promised number become one
  @FallbackValue(async () => 1)
  async promised(): Promise<string> {
    return 'x';
  }

  // @ts-expect-error the list holds strings
  @FallbackValue([1])
  async list(): Promise<string[]> {
    return [];
  }

  // @ts-expect-error a member is missing
  @FallbackValue(() => ({ items: [] }))
  async page(): Promise<{ items: string[]; total: number }> {
    return { items: [], total: 0 };
  }

  // @ts-expect-error an accessor is no method
  @Retryable('network')
  get accessor(): Promise<string> {
    return Promise.resolve('x');
  }

  // @ts-expect-error the option is called maxAttempts
  @Retryable('network', { attempts: 3 })
  async misspelt(): Promise<void> {}
}

@Resilient('network', { methods: ['load'] })
export class WithSelection {
  async load(): Promise<void> {}

  @SkipResilience()
  async bare(): Promise<void> {}

  synchronous(): number {
    return 1;
  }
}

// @ts-expect-error a selected method must be asynchronous
@Resilient('network', { methods: ['synchronous'] })
export class WithSynchronousSelection {
  synchronous(): number {
    return 1;
  }
}

// @ts-expect-error a selected method must always be asynchronous
@CircuitBreakerOfLoad()
export class WithSometimesSynchronousSelection {
  load(): string | Promise<string> {
    return 'x';
  }
}

function CircuitBreakerOfLoad() {
  return Resilient('network', { methods: ['load'] });
}

@Bulkhead({ maxConcurrent: 5, scope: 'service' })
@RateLimit({ limit: 10, scope: 'service' })
@Hedge({ delay: '1s' })
export class WithStrategies {
  async load(): Promise<void> {}
}

@Resilient('network', { methods: ['anything'] })
export class WithAnySelection {
  anything(): any {
    return 1;
  }
}

// Which methods a class decorator finds by itself shows when it runs; the others may be anything.
@Retryable('network', { except: ['load'] })
export abstract class WithException {
  async load(): Promise<void> {}
  abstract save(): Promise<void>;
  synchronous(): number {
    return 1;
  }
}

// @ts-expect-error a fallback is for one method, whose result it stands for
@FallbackValue('x')
export class WithFallback {
  async load(): Promise<string> {
    return 'x';
  }
}

// @ts-expect-error a selected method must exist
@Retryable('network', { methods: ['lod'] })
export class WithUnknownSelection {
  async load(): Promise<void> {}
}

// Nest's own decorators go above and below.
@Controller()
export class Routes {
  @Get('above')
  @Retryable('network')
  async above(): Promise<string> {
    return 'x';
  }

  @Retryable('network')
  @Get('below')
  async below(): Promise<string> {
    return 'x';
  }
}

// Nest's applyDecorators takes all of them; what it makes of them checks nothing.
const Composed = () =>
  applyDecorators(
    Retryable('network', { maxAttempts: 4 }),
    CircuitBreaker(),
    Bulkhead(1),
    RateLimit({ limit: 1 }),
    Hedge({ delay: 1 }),
    Fallback('load'),
    FallbackValue('x'),
    SkipResilience(),
    Get(),
  );

const ComposedForClasses = () => applyDecorators(Resilient('network', { methods: ['load'] }), NetworkRetry());

@ComposedForClasses()
export class WithComposition {
  @Composed()
  async load(): Promise<string> {
    return 'x';
  }
}
