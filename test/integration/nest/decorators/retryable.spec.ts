import { Injectable } from '@nestjs/common';
import { Fallback } from '../../../../lib/nest/decorators/fallback.decorators.js';
import {
  AggressiveRetry,
  ApiRetry,
  DatabaseRetry,
  FileRetry,
  NetworkRetry,
  QuickRetry,
} from '../../../../lib/nest/decorators/preset-retries.decorator.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import type { ResilienceService } from '../../../../lib/nest/resilience.service.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { noBackoff, rejection } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const instant = { retry: { maxAttempts: 3, backoff: noBackoff } };

/** The value of one option of an operation, and who gave it. */
function effective(service: ResilienceService, operation: string, path: string) {
  const found = service.explain(operation).find((option) => option.path === path);
  return found && { value: found.value, source: found.source };
}

/** Fails as often as told, then answers. */
class Flaky {
  calls = 0;

  protected answer(failures: number, error: Error = new Error('down')): string {
    this.calls++;
    if (this.calls <= failures) throw error;
    return `after ${this.calls}`;
  }
}

describe('@Retryable', () => {
  @Injectable()
  class Payments extends Flaky {
    @Retryable()
    async byDefault(failures: number): Promise<string> {
      return this.answer(failures);
    }

    @Retryable('instant')
    async named(failures: number, error?: Error): Promise<string> {
      return this.answer(failures, error);
    }

    @Retryable('instant', { maxAttempts: 5 })
    async overridden(failures: number): Promise<string> {
      return this.answer(failures);
    }

    @Retryable({ maxAttempts: 2, backoff: noBackoff })
    async overridesAlone(failures: number): Promise<string> {
      return this.answer(failures);
    }

    @Retryable(undefined, { maxAttempts: 4 })
    async overridesOfTheDefault(): Promise<void> {}

    @Retryable('instant', {
      timeout: '5s',
      fallback: { value: 'cached' },
      circuitBreaker: { failureThreshold: 2 },
      idempotent: false,
      key: (tenant: string) => tenant,
      operation: 'payments',
    })
    async withAll(_tenant: string): Promise<string> {
      return this.answer(9);
    }
  }

  const start = () => startApp({ providers: [Payments], options: { policies: { instant } } });

  it('succeeding at once makes 1 call', async () => {
    const { get } = await start();
    await expect(get(Payments).named(0)).resolves.toBe('after 1');
  });

  it('without a name runs the default policy: two failures, then success, are 3 calls', async () => {
    const { get, clock } = await start();
    const result = get(Payments).byDefault(2);
    await clock.advance('10s');
    await expect(result).resolves.toBe('after 3');
  });

  it('with a name runs that policy', async () => {
    const { get } = await start();
    await expect(get(Payments).named(2)).resolves.toBe('after 3');
  });

  it('throws the last error as it is when the attempts run out', async () => {
    const { get } = await start();
    const error = new Error('down');
    expect(await rejection(get(Payments).named(9, error))).toBe(error);
    expect(get(Payments).calls).toBe(3);
  });

  it('makes 1 call that fails with a permanent error', async () => {
    const { get } = await start();
    await rejection(get(Payments).named(9, new PermanentError('no such account')));
    expect(get(Payments).calls).toBe(1);
  });

  it('takes overrides after the name', async () => {
    const { get } = await start();
    await expect(get(Payments).overridden(4)).resolves.toBe('after 5');
  });

  it('takes overrides alone, which go over the default policy', async () => {
    const { get, service } = await start();
    await rejection(get(Payments).overridesAlone(9));
    expect(get(Payments).calls).toBe(2);
    expect(effective(service, 'Payments.overridesAlone', 'timeout.attempt')?.value).toBe('30s');
    expect(effective(service, 'Payments.overridesAlone', 'retry.maxAttempts')).toEqual({
      value: 2,
      source: '@Retryable of Payments.overridesAlone',
    });
    expect(effective(service, 'Payments.overridesOfTheDefault', 'retry.maxAttempts')?.value).toBe(4);
  });

  it('takes timeout, fallback, circuitBreaker, idempotent, key and operation beside the options of the retry', async () => {
    const { get, service } = await start();
    await expect(get(Payments).withAll('acme')).resolves.toBe('cached');
    expect(get(Payments).calls).toBe(1);
    expect(effective(service, 'payments', 'timeout.total')?.value).toBe('5s');
    expect(effective(service, 'payments', 'circuitBreaker.failureThreshold')?.value).toBe(2);
    expect(service.breakers()).toEqual([expect.objectContaining({ name: 'payments', key: 'acme' })]);
  });

  describe('under presets: false', () => {
    it('without a name is an empty policy with a retry', async () => {
      const { get, service } = await startApp({
        providers: [Payments],
        options: { presets: false, policies: { instant } },
      });
      await rejection(get(Payments).overridesAlone(9));
      expect(get(Payments).calls).toBe(2);
      expect(effective(service, 'Payments.byDefault', 'retry.maxAttempts')?.value).toBe(3);
      expect(effective(service, 'Payments.byDefault', 'timeout.total')).toBeUndefined();
    });
  });

  describe('with a policy that has no retry', () => {
    class WithoutRetry {
      @Retryable('timed')
      async run(): Promise<void> {}
    }
    const policies = { timed: { timeout: '1s' } };

    it('fails the boot', async () => {
      expect(await bootIssues({ providers: [WithoutRetry], options: { policies } })).toEqual([
        expect.stringMatching(
          /^WithoutRetry\.run: @Retryable needs a policy with a retry, and "timed" has none/,
        ),
      ]);
    });

    it('boots where the configuration takes the retry away from the operation alone', async () => {
      const operations = { 'WithoutRetry.run': { retry: false as const } };
      const { get } = await startApp({
        providers: [WithoutRetry],
        options: { policies: { timed: { timeout: '1s', retry: {} } }, operations },
      });
      await expect(get(WithoutRetry).run()).resolves.toBeUndefined();
    });
  });
});

describe('preset decorators', () => {
  class Client extends Flaky {
    @NetworkRetry()
    async network(): Promise<void> {}
    @DatabaseRetry()
    async database(): Promise<void> {}
    @QuickRetry()
    async quick(): Promise<void> {}
    @AggressiveRetry()
    async aggressive(failures: number): Promise<string> {
      return this.answer(failures);
    }
    @ApiRetry()
    async api(): Promise<void> {}
    @FileRetry()
    async file(): Promise<void> {}
    @NetworkRetry({ maxAttempts: 7, timeout: { attempt: '1s' } })
    async overridden(): Promise<void> {}
  }

  it.each([
    ['network', 5],
    ['database', 3],
    ['quick', 2],
    ['aggressive', 10],
    ['api', 3],
    ['file', 3],
  ])('of %s makes at most %d attempts', async (name, maxAttempts) => {
    const { service } = await startApp([Client]);
    expect(effective(service, `Client.${name}`, 'retry.maxAttempts')).toEqual({
      value: maxAttempts,
      source: `preset '${name}'`,
    });
  });

  it('take overrides', async () => {
    const { service } = await startApp([Client]);
    expect(effective(service, 'Client.overridden', 'retry.maxAttempts')?.value).toBe(7);
    expect(effective(service, 'Client.overridden', 'timeout.attempt')?.value).toBe('1s');
    expect(effective(service, 'Client.overridden', 'timeout.total')?.value).toBe('120s');
  });

  it('aggressive, succeeding at the fourth attempt, makes 4 calls', async () => {
    const { get, clock } = await startApp([Client]);
    const result = get(Client).aggressive(3);
    await clock.advance('10s');
    await expect(result).resolves.toBe('after 4');
  });
});

describe('a policy that does not exist', () => {
  class Payments {
    @Retryable('netwrk')
    async charge(): Promise<void> {}
    @Resilient('dtabase')
    async load(): Promise<void> {}
  }

  it('fails the boot, naming class, method and the nearest known name, for every method', async () => {
    expect(await bootIssues([Payments])).toEqual([
      expect.stringMatching(
        /^Payments\.charge: @Retryable names a policy that does not exist.*'netwrk', did you mean 'network'\?$/,
      ),
      expect.stringMatching(
        /^Payments\.load: @Resilient names a policy that does not exist.*'dtabase', did you mean 'database'\?$/,
      ),
    ]);
  });
});

describe('what is wrong with a method whose operation has another name', () => {
  class Payments {
    @Retryable('netwrk', { operation: 'unknown' })
    async unknown(): Promise<void> {}
    @Resilient('network')
    @Resilient('database', { operation: 'two' })
    async twice(): Promise<void> {}
    @Fallback('unknwn')
    @Resilient('network', { operation: 'three' })
    async fallback(): Promise<void> {}
    @Resilient('network', { operation: 'four', retry: { maxAttempts: -1 } })
    async options(): Promise<void> {}
    @Retryable('network', { operation: 'five', backoff: { minDelay: '2m' } })
    async together(): Promise<void> {}
    @Retryable('nightly', { operation: 'six' })
    async once(): Promise<void> {}
  }

  it('names class and method all the same', async () => {
    const policies = { nightly: { extends: false, timeout: '1h' } } as const;
    expect(await bootIssues({ providers: [Payments], options: { policies } })).toEqual([
      expect.stringMatching(/^Payments\.unknown: @Retryable names a policy that does not exist/),
      expect.stringMatching(/^Payments\.twice: @Resilient names the policy/),
      expect.stringMatching(/^Payments\.fallback: @Fallback names the method/),
      expect.stringMatching(
        /^Payments\.options\.retry\.maxAttempts: .* from @Resilient of Payments\.options$/,
      ),
      expect.stringMatching(/^Payments\.together\.retry\.backoff\.minDelay/),
      expect.stringMatching(/^Payments\.once: @Retryable needs a policy with a retry/),
    ]);
  });
});

describe('wrong overrides', () => {
  class Payments {
    @Retryable('network', { maxAttempts: 0, backoff: { initialDelay: '-1s' } })
    async charge(): Promise<void> {}
    @Retryable({ attempts: 3 } as never)
    async load(): Promise<void> {}
  }

  it('fail the boot with every problem, its path and the decorator', async () => {
    const issues = await bootIssues([Payments]);
    expect(issues).toEqual([
      expect.stringMatching(/^Payments\.charge\.retry\.maxAttempts: .*got 0.*@Retryable of Payments\.charge/),
      expect.stringMatching(
        /^Payments\.charge\.retry\.backoff\.initialDelay: .*@Retryable of Payments\.charge/,
      ),
      expect.stringMatching(/^Payments\.load\.retry\.attempts: .*maxAttempts/),
    ]);
  });
});

describe('a policy name that is undefined when the decorator runs', () => {
  it('is refused there and then', () => {
    const missing = undefined as unknown as string;
    expect(() => {
      class Payments {
        @Resilient(missing)
        async charge(): Promise<void> {}
      }
      return Payments;
    }).toThrow(/@Resilient.*expected the name of a policy \(got undefined\)/);
  });
});
