import 'reflect-metadata';
import { Inject, Injectable, Scope } from '@nestjs/common';
import type {
  CallRejectedEvent,
  CircuitEvent,
  CircuitOpenedEvent,
  DiagnosticEvent,
  ResilienceEvent,
  RetryEvent,
  SuccessEvent,
} from '../../../../lib/core/events/event-types.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { OnResilienceEvent } from '../../../../lib/nest/events/on-resilience-event.decorator.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';

const options = {
  policies: {
    payments: {
      retry: { maxAttempts: 2, backoff: { type: 'fixed', initialDelay: 0 } },
      circuitBreaker: { failureThreshold: 2 },
    },
    stock: { circuitBreaker: { failureThreshold: 1 } },
  },
} as const;

const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

@Injectable()
class PaymentsService {
  ask = scripted([refused]);

  @Resilient('payments')
  async charge(): Promise<unknown> {
    return this.ask();
  }

  @Resilient('stock')
  async stock(): Promise<unknown> {
    return this.ask();
  }
}

@Injectable()
class Pager {
  readonly heard: string[] = [];

  @OnResilienceEvent('circuitOpened')
  @OnResilienceEvent('circuitClosed')
  circuit({ type, breaker }: CircuitEvent): void {
    this.heard.push(`${type} ${breaker}`);
  }

  @OnResilienceEvent('circuitOpened', { breaker: 'PaymentsService.stock' })
  stock({ breaker }: CircuitOpenedEvent): void {
    this.heard.push(`stock: ${breaker}`);
  }

  @OnResilienceEvent('circuitOpened', { breaker: 'payments' })
  payments({ breaker }: CircuitOpenedEvent): void {
    this.heard.push(`payments: ${breaker}`);
  }
}

async function fails(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeDefined();
}

afterEach(closeApps);

describe('@OnResilienceEvent', () => {
  it('hears of every breaker, of one by its name, and of those of a policy', async () => {
    const { get } = await startApp({ providers: [PaymentsService, Pager], options });
    for (let call = 0; call < 2; call++) await fails(get(PaymentsService).charge());
    await fails(get(PaymentsService).stock());
    expect(get(Pager).heard).toEqual([
      'circuitOpened PaymentsService.charge',
      'payments: PaymentsService.charge',
      'circuitOpened PaymentsService.stock',
      'stock: PaymentsService.stock',
    ]);
  });

  it('hears of calls that a breaker rejects, not of those that something else in its policy does', async () => {
    const heard: string[] = [];

    @Injectable()
    class Rejections {
      @OnResilienceEvent('callRejected', { breaker: 'guarded' })
      on({ reason }: CallRejectedEvent): void {
        heard.push(reason);
      }
    }
    const guarded = { circuitBreaker: {}, rateLimiter: { limit: 1, interval: '1h' } } as const;
    const { service } = await startApp({ providers: [Rejections], options: { policies: { guarded } } });
    await service.execute('guarded', async () => 'fine');
    await fails(service.execute('guarded', async () => 'limited'));
    expect(heard).toEqual([]);
    service.breaker('guarded').forceOpen();
    await fails(service.execute('guarded', async () => 'open'));
    expect(heard).toEqual(['circuitBreaker']);
  });

  it('hears what its class inherits, calls what overrides it, and keeps its own policy', async () => {
    @Injectable()
    class Louder extends Pager {
      override stock({ breaker }: CircuitOpenedEvent): void {
        this.heard.push(`not decorated: ${breaker}`);
      }

      @Resilient('payments')
      @OnResilienceEvent('retry')
      async retried({ attempt }: RetryEvent): Promise<void> {
        this.heard.push(`retry ${attempt}`);
      }
    }
    const { get } = await startApp({ providers: [PaymentsService, Louder], options });
    await fails(get(PaymentsService).stock());
    for (let call = 0; call < 2; call++) await fails(get(PaymentsService).charge());
    expect(get(Louder).heard).toEqual([
      'circuitOpened PaymentsService.stock',
      'retry 2',
      'circuitOpened PaymentsService.charge',
      'payments: PaymentsService.charge',
      'retry 2',
    ]);
  });

  it('hears once under two tokens, on each transient instance, and on what a factory made', async () => {
    const heard: string[] = [];

    @Injectable({ scope: Scope.TRANSIENT })
    class Transient {
      @OnResilienceEvent('circuitOpened')
      on(): void {
        heard.push('transient');
      }
    }

    @Injectable()
    class One {
      constructor(@Inject(Transient) readonly transient: Transient) {}
      @OnResilienceEvent('circuitOpened')
      on(): void {
        heard.push('one');
      }
    }

    @Injectable()
    class Two {
      constructor(@Inject(Transient) readonly transient: Transient) {}
    }

    class Made {
      @OnResilienceEvent('circuitOpened')
      on(): void {
        heard.push('made');
      }
    }
    const { get } = await startApp({
      providers: [
        ...[PaymentsService, Transient, One, Two],
        { provide: 'ALIAS', useExisting: One },
        { provide: 'SAME', useFactory: (one: One) => one, inject: [One] },
        { provide: 'MADE', useFactory: () => new Made() },
      ],
      options,
    });
    await fails(get(PaymentsService).stock());
    expect(heard.sort()).toEqual(['made', 'one', 'transient', 'transient']);
  });

  it('fails the boot on a provider of request scope, also where a dependency makes it one', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @OnResilienceEvent('success')
      on(_event: SuccessEvent): void {}
    }

    @Injectable()
    class Outer {
      constructor(@Inject(PerRequest) readonly inner: PerRequest) {}
      @OnResilienceEvent('success')
      on(_event: SuccessEvent): void {}
    }
    const issues = await bootIssues({ providers: [PerRequest, Outer], options });
    expect(issues).toEqual([
      expect.stringMatching(/^PerRequest\.on: @OnResilienceEvent is on a provider of which every request/),
      expect.stringMatching(/^Outer\.on: @OnResilienceEvent is on a provider of which every request/),
    ]);
  });

  it('fails the boot for names that do not exist, and for a breaker of what comes from none', async () => {
    const untyped = OnResilienceEvent as (type: string, options?: object) => MethodDecorator;

    @Injectable()
    class Wrong {
      @untyped('circuitOpend')
      one(): void {}
      @untyped('retry', { breaker: 'payments' })
      two(): void {}
      @untyped('circuitOpened', { breaker: '' })
      three(): void {}
      @untyped('circuitOpened', { breaker: 7 })
      four(): void {}
    }
    expect(await bootIssues({ providers: [Wrong], options })).toEqual([
      "Wrong.one: @OnResilienceEvent names an event that does not exist: 'circuitOpend', did you mean 'circuitOpened'?",
      "Wrong.two: @OnResilienceEvent 'retry' comes from no breaker; leave `breaker` out",
      "Wrong.three: @OnResilienceEvent expected the name of a breaker or policy (got '')",
      'Wrong.four: @OnResilienceEvent expected the name of a breaker or policy (got 7)',
    ]);
  });

  it('warns about a breaker that does not exist so far', async () => {
    @Injectable()
    class Misspelt {
      @OnResilienceEvent('circuitOpened', { breaker: 'PaymentService.charge' })
      on(): void {}
    }
    const { logs } = await startApp({ providers: [PaymentsService, Misspelt], options });
    expect(logs.of('warn')).toEqual([
      "Misspelt.on: @OnResilienceEvent names the breaker 'PaymentService.charge', which does not exist so far, " +
        "did you mean 'PaymentsService.charge'?",
    ]);
  });

  it('logs what a listener throws or rejects with; the call and the other listeners are not harmed', async () => {
    const heard: ResilienceEvent[] = [];

    @Injectable()
    class Faulty {
      @OnResilienceEvent('success')
      throws(): void {
        throw new Error('listener down');
      }
      @OnResilienceEvent('success')
      async rejects(): Promise<void> {
        throw new Error('queue down');
      }
      @OnResilienceEvent('success')
      hears(event: SuccessEvent): void {
        heard.push(event);
      }
    }
    const { service, logs } = await startApp({ providers: [Faulty], options });
    await expect(service.execute('stock', async () => 'fine')).resolves.toBe('fine');
    expect(heard).toHaveLength(1);
    expect(logs.of('warn')).toEqual([
      'stock: Faulty.throws, a listener of "success", failed: listener down (policy=stock)',
      'stock: Faulty.rejects, a listener of "success", failed: queue down (policy=stock)',
    ]);
  });

  it('logs a listener of diagnostics that fails, once, and does not tell it of itself', async () => {
    let calls = 0;

    @Injectable()
    class Faulty {
      @OnResilienceEvent('success')
      throws(): void {
        throw new Error('first');
      }
      @OnResilienceEvent('diagnostic')
      diagnostic(_event: DiagnosticEvent): void {
        calls++;
        throw new Error('second');
      }
    }
    const { service, logs } = await startApp({ providers: [Faulty], options });
    for (let call = 0; call < 2; call++) await service.execute('stock', async () => 'fine');
    expect(calls).toBe(2);
    expect(logs.of('warn').filter((line) => line.includes('diagnostic'))).toEqual([
      'Faulty.diagnostic, a listener of "diagnostic", failed: second',
    ]);
  });

  it('ends with the application', async () => {
    const { app, get, service } = await startApp({ providers: [PaymentsService, Pager], options });
    const pager = get(Pager);
    await app.close();
    service.breaker('payments').forceOpen();
    expect(pager.heard).toEqual([]);
  });

  it('refuses what is no method', () => {
    const descriptor = { get: () => () => undefined } as TypedPropertyDescriptor<() => void>;
    class Wrong {}
    expect(() => OnResilienceEvent('success')(Wrong.prototype, 'on', descriptor)).toThrow(
      '@OnResilienceEvent on Wrong.on: only methods can listen',
    );
  });
});
