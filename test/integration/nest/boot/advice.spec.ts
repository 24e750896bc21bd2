import { Controller, Get, Injectable, Patch, Post, type ModuleMetadata, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { FallbackValue } from '../../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { Hedge, TimeLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import type { ResilienceModuleOptions } from '../../../../lib/nest/resilience-options.interface.js';
import { boot, closeBooted, withEnvironment } from '../../../support/boot.js';

afterEach(closeBooted);

const short = { retry: { maxAttempts: 5 }, timeout: { attempt: '3s', total: '5s' } };
const shortAdvice = expect.stringMatching(
  /^policy "payments": 5 attempts of 3000 ms may need 15 s, /,
) as string;

async function warnings(options: ResilienceModuleOptions, metadata: ModuleMetadata = {}): Promise<string[]> {
  const { logs } = await boot({ imports: [ResilienceModule.forRoot(options)], ...metadata });
  return logs.of('warn');
}

const ofControllers = (...controllers: Type[]): Promise<string[]> =>
  warnings({ policies: { edge: { retry: {}, timeout: '9s' } } }, { controllers });

describe('the boot advisor', () => {
  it('has nothing to say of the presets', async () => {
    @Injectable()
    class Payments {
      @Retryable('network')
      async charge(): Promise<void> {}

      @Retryable()
      async refund(): Promise<void> {}
    }

    expect(await warnings({}, { providers: [Payments] })).toEqual([]);
  });

  it('says what is unsafe about a policy once, however many run under it', async () => {
    @Injectable()
    class Payments {
      @Resilient('payments')
      async charge(): Promise<void> {}

      @Resilient('payments')
      async refund(): Promise<void> {}
    }

    expect(await warnings({ policies: { payments: short } }, { providers: [Payments] })).toEqual([
      shortAdvice,
    ]);
  });

  it('says of a method what its decorators, or the configuration of its operation, make unsafe', async () => {
    @Injectable()
    class Payments {
      @Retryable('payments')
      @TimeLimit({ total: '2s', attempt: '1s' })
      async charge(): Promise<void> {}

      @Retryable('payments')
      async refund(): Promise<void> {}

      @Resilient('payments')
      @Hedge({ delay: '1s' })
      async read(): Promise<void> {}
    }
    const policies = { payments: { retry: {}, timeout: { attempt: '1s', total: '9s' } } };
    const operations = { 'Payments.refund': { retry: { maxAttempts: 20 } } };

    expect(await warnings({ policies, operations }, { providers: [Payments] })).toEqual([
      expect.stringMatching(/^Payments\.charge: 3 attempts of 1000 ms may need 3000 ms/),
      expect.stringMatching(/^Payments\.refund: 20 attempts of 1000 ms may need 20 s/),
      expect.stringMatching(/^Payments\.read: hedge\.delay is 1000 ms/),
      expect.stringMatching(/^Payments\.read: its hedges never come/),
    ]);
  });

  it('says which handlers have a retry for nothing', async () => {
    @Controller()
    class OrdersController {
      @Post()
      @UsePolicy('edge')
      create(): void {}

      @Patch()
      @UsePolicy('edge', { idempotent: true })
      update(): void {}

      @Get()
      @UsePolicy('edge')
      list(): void {}

      @MessagePattern('ordered')
      @UsePolicy('edge')
      ordered(): void {}
    }

    expect(await ofControllers(OrdersController)).toEqual([
      expect.stringMatching(
        /^OrdersController\.create: its 3 attempts are one, for POST is not retried unasked/,
      ),
      expect.stringMatching(/^OrdersController\.ordered: its 3 attempts are one, for a message/),
    ]);
  });

  it('says so of a controller only where none of its handlers is retried', async () => {
    @Controller('mixed')
    @UsePolicy('edge')
    class MixedController {
      @Get()
      list(): void {}

      @Post()
      create(): void {}
    }

    @Controller('commands')
    @UsePolicy('edge')
    class CommandsController {
      @Post('pay')
      pay(): void {}

      @Patch('refund')
      refund(): void {}
    }

    expect(await ofControllers(MixedController, CommandsController)).toEqual([
      expect.stringMatching(/^CommandsController: its 3 attempts are one, for POST/),
    ]);
  });

  it('says which requests are handled again unasked, retried twice over, or never retried for a fallback', async () => {
    @Controller()
    class OrdersController {
      @Post()
      @Retryable('network')
      async create(): Promise<void> {}

      @Get('stacked')
      @UsePolicy('edge')
      @Retryable('network')
      async stacked(): Promise<void> {}

      @Get('hidden')
      @UsePolicy('edge')
      @FallbackValue(undefined)
      async hidden(): Promise<void> {}
    }

    expect(await ofControllers(OrdersController)).toEqual([
      expect.stringMatching(
        /^OrdersController\.create: answers POST, and its decorators run it up to 5 times/,
      ),
      expect.stringMatching(
        /^OrdersController\.stacked: retried twice over, 3 attempts by @UsePolicy\("edge"\) around 5/,
      ),
      expect.stringMatching(
        /^OrdersController\.hidden: its method's fallback answers the errors that the 3 attempts/,
      ),
    ]);
  });

  it.each<[string, ResilienceModuleOptions]>([
    ['the module', { policies: { payments: short }, logging: { advice: false } }],
    ['a silent module', { policies: { payments: short }, logging: false }],
    ['the policy', { policies: { payments: { ...short, logging: { advice: false } } } }],
    ['a switched off policy', { policies: { payments: { ...short, enabled: false } } }],
  ])('is silent where %s says so', async (_, options) => {
    expect(await warnings(options)).toEqual([]);
  });

  it('speaks of a policy that wants it in a module that does not', async () => {
    const policies = { payments: { ...short, logging: { advice: true } }, other: short };

    expect(await warnings({ policies, logging: { advice: false } })).toEqual([shortAdvice]);
  });

  it('has nothing to say where everything is switched off', async () => {
    await withEnvironment({ RESILIENCE_ENABLED: 'false' }, async () => {
      expect(await warnings({ enabled: false, policies: { payments: short } })).toEqual([
        'switched off: every call runs without protection',
      ]);
    });
  });
});
