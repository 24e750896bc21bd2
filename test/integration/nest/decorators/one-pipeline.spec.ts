import { applyDecorators, Injectable } from '@nestjs/common';
import { CircuitOpenError } from '../../../../lib/core/errors/circuit-open-error.js';
import { Fallback, FallbackValue } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { NetworkRetry } from '../../../../lib/nest/decorators/preset-retries.decorator.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { CircuitBreaker, TimeLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import type { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const instant = { retry: { maxAttempts: 3, backoff: noBackoff } };
const policies = { instant };

/** Every effective option, without its source. */
function optionsOf(service: ResilienceService, operation: string) {
  return Object.fromEntries(service.explain(operation).map(({ path, value }) => [path, value]));
}

/** Fails each call, or hangs. */
class Broken {
  calls = 0;

  protected async fail(): Promise<string> {
    this.calls++;
    throw Object.assign(new Error('down'), { code: 'ECONNRESET' });
  }
}

describe('several decorators on one method', () => {
  @Injectable()
  class Downwards extends Broken {
    @FallbackValue('cached')
    @TimeLimit({ total: '10s', attempt: '1s' })
    @Retryable('instant', { retryOn: ['default', CircuitOpenError] })
    @CircuitBreaker({ failureThreshold: 1 })
    async load(): Promise<string> {
      return this.fail();
    }
  }

  @Injectable()
  class Upwards extends Broken {
    @CircuitBreaker({ failureThreshold: 1 })
    @Retryable('instant', { retryOn: ['default', CircuitOpenError] })
    @TimeLimit({ total: '10s', attempt: '1s' })
    @FallbackValue('cached')
    async load(): Promise<string> {
      return this.fail();
    }
  }

  it.each([Downwards, Upwards])(
    'of %p make one pipeline: breaker inside retry, fallback outside both',
    async (type) => {
      const { get, events } = await startApp({ providers: [type], options: { policies } });
      await expect(get<Downwards>(type).load()).resolves.toBe('cached');
      // The breaker saw each attempt: it opened at the first failure and refused the others.
      expect(get<Downwards>(type).calls).toBe(1);
      expect(events.map(({ type: name }) => name)).toEqual([
        'attemptStarted',
        'circuitOpened',
        'attemptFailed',
        'retry',
        'callRejected',
        // The circuit stays open for longer than the call has time left.
        'retriesExhausted',
        'fallbackUsed',
      ]);
      expect(events.at(-1)).toMatchObject({ error: expect.any(CircuitOpenError) as unknown });
    },
  );

  it('have the same effective options in any order', async () => {
    const { service } = await startApp({ providers: [Downwards, Upwards], options: { policies } });
    const downwards = optionsOf(service, 'Downwards.load');
    expect(optionsOf(service, 'Upwards.load')).toEqual(downwards);
    expect(downwards).toMatchObject({
      'retry.maxAttempts': 3,
      'circuitBreaker.failureThreshold': 1,
      'timeout.total': '10s',
      'timeout.attempt': '1s',
    });
  });

  it('limit the attempt inside the retry and the call outside it', async () => {
    class Hanging {
      calls = 0;

      @TimeLimit({ total: '2500ms', attempt: '1s' })
      @Retryable('instant')
      async load(): Promise<string> {
        this.calls++;
        return new Promise(() => undefined);
      }
    }
    const { get, clock } = await startApp({ providers: [Hanging], options: { policies } });
    const error = rejection(get(Hanging).load());
    await clock.advance('2s');
    expect(get(Hanging).calls).toBe(3);
    await clock.advance('500ms');
    await expect(error).resolves.toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'total', timeout: 2500 });
  });

  it('that name one policy twice are one call under it', async () => {
    class Twice extends Broken {
      @NetworkRetry({ backoff: noBackoff })
      @Retryable('network', { maxAttempts: 2 })
      async load(): Promise<string> {
        return this.fail();
      }
    }
    const { get, service } = await startApp([Twice]);
    await rejection(get(Twice).load());
    expect(get(Twice).calls).toBe(2);
    expect(service.stats().calls).toBe(1);
  });

  it('that name two policies fail the boot, naming both and their decorators', async () => {
    class Torn {
      @Retryable('network')
      @Resilient('database')
      async load(): Promise<void> {}
    }
    expect(await bootIssues([Torn])).toEqual([
      'Torn.load: @Resilient names the policy "database", @Retryable names "network"; one method has one policy',
    ]);
  });

  it('where only one names a policy, all go with that policy', async () => {
    class Mixed extends Broken {
      @Retryable({ maxAttempts: 2 })
      @Resilient('instant')
      async load(): Promise<string> {
        return this.fail();
      }
    }
    const { get, service } = await startApp({ providers: [Mixed], options: { policies } });
    await rejection(get(Mixed).load());
    expect(get(Mixed).calls).toBe(2);
    expect(service.stats('instant').calls).toBe(1);
  });
});

describe('decorators composed by applyDecorators', () => {
  const Protected = () => applyDecorators(Retryable('instant'), FallbackValue('cached'));

  it('do what they do one by one', async () => {
    class Composed extends Broken {
      @Protected()
      async load(): Promise<string> {
        return this.fail();
      }
    }
    const { get } = await startApp({ providers: [Composed], options: { policies } });
    await expect(get(Composed).load()).resolves.toBe('cached');
    expect(get(Composed).calls).toBe(3);
  });
});

describe('a strategy decorator', () => {
  class Payments extends Broken {
    @CircuitBreaker({ failureThreshold: 3 })
    @Resilient('guarded')
    async replaced(): Promise<string> {
      return this.fail();
    }

    @CircuitBreaker({ failureThreshold: 3 })
    @Resilient('instant')
    async added(): Promise<string> {
      return this.fail();
    }

    @TimeLimit('1s')
    @Resilient('guarded')
    async shorter(): Promise<string> {
      return this.fail();
    }

    @TimeLimit({ attempt: '1s' })
    @Retryable('guarded', { timeout: { total: '5s' }, circuitBreaker: { resetTimeout: '9s' } })
    @CircuitBreaker({ failureThreshold: 4 })
    async together(): Promise<string> {
      return this.fail();
    }

    @CircuitBreaker({ failureThreshold: 1 })
    async alone(): Promise<string> {
      return this.fail();
    }
  }
  const start = () =>
    startApp({
      providers: [Payments],
      options: {
        policies: {
          instant,
          guarded: {
            ...instant,
            timeout: { total: '30s', attempt: '10s' },
            circuitBreaker: { failureThreshold: 7, resetTimeout: '1m', name: 'shared' },
          },
        },
      },
    });

  it("replaces the policy's strategy as a whole", async () => {
    const { service } = await start();
    const options = optionsOf(service, 'Payments.replaced');
    expect(options).toMatchObject({
      'circuitBreaker.failureThreshold': 3,
      'circuitBreaker.resetTimeout': '60s',
    });
    expect(options).not.toHaveProperty(['circuitBreaker.name']);
    expect(optionsOf(service, 'Payments.shorter')).toMatchObject({ 'timeout.total': '1s' });
    expect(optionsOf(service, 'Payments.shorter')).not.toHaveProperty(['timeout.attempt']);
  });

  it('adds the strategy to a policy that has none', async () => {
    const { service } = await start();
    expect(optionsOf(service, 'Payments.added')).toMatchObject({
      'retry.maxAttempts': 3,
      'circuitBreaker.failureThreshold': 3,
    });
  });

  it('adds up, option by option, with what other decorators of the method say', async () => {
    const { service } = await start();
    expect(optionsOf(service, 'Payments.together')).toMatchObject({
      'timeout.total': '5s',
      'timeout.attempt': '1s',
      'circuitBreaker.failureThreshold': 4,
      'circuitBreaker.resetTimeout': '9s',
    });
  });

  it('alone runs under a policy of the name "inline"', async () => {
    const { get, service, events } = await start();
    await rejection(get(Payments).alone());
    expect(await rejection(get(Payments).alone())).toMatchObject({
      code: 'CIRCUIT_OPEN',
      policy: 'inline',
      operation: 'Payments.alone',
      breaker: 'Payments.alone',
    });
    expect(get(Payments).calls).toBe(1);
    expect(service.stats('inline').calls).toBe(2);
    expect(events.every(({ policy }) => policy === 'inline')).toBe(true);
  });

  it.each([
    [
      'CircuitBreaker',
      () => CircuitBreaker({ failureThreshold: 0 }),
      /^Wrong\.load\.circuitBreaker\.failureThreshold: .*\(got 0\), from @CircuitBreaker of Wrong\.load$/,
    ],
    [
      'TimeLimit',
      () => TimeLimit('soon' as never),
      /^Wrong\.load\.timeout.*\(got 'soon'\), from @TimeLimit of Wrong\.load$/,
    ],
    ['Fallback', () => Fallback([]), /^Wrong\.load\.fallback.*from @Fallback of Wrong\.load$/],
  ])('@%s with wrong options fails the boot', async (_, decorate, issue) => {
    class Wrong {
      async load(): Promise<void> {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(Wrong.prototype, 'load') as PropertyDescriptor;
    decorate()(Wrong.prototype, 'load', descriptor);
    Object.defineProperty(Wrong.prototype, 'load', descriptor);
    expect(await bootIssues([Wrong])).toEqual([expect.stringMatching(issue)]);
  });
});
