import { Controller, Get, Injectable } from '@nestjs/common';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Bulkhead, Hedge, RateLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { UsePolicy } from '../../../../lib/nest/interceptor/use-policy.decorator.js';
import { bootIssues, closeApps } from '../../../support/decorated-app.js';

afterEach(closeApps);

describe('two places that define one state differently fail the boot, naming both', () => {
  it('bulkheads of one name', async () => {
    @Injectable()
    class Bank {
      @Bulkhead({ name: 'bank', maxConcurrent: 1 })
      async pay(): Promise<void> {}

      @Bulkhead({ name: 'bank', maxConcurrent: 2 })
      async refund(): Promise<void> {}

      @Bulkhead({ name: 'bank' })
      async joins(): Promise<void> {}
    }
    expect(await bootIssues([Bank])).toEqual([
      'bulkhead "bank" is defined twice with different options: by Bank.pay (policy "inline") and by Bank.refund ' +
        '(policy "inline"); give one of them another `name`, or leave only `name` in one so that it joins the other',
    ]);
  });

  it('rate limits of one policy', async () => {
    @Injectable()
    class Maps {
      @Resilient('maps')
      async find(): Promise<void> {}

      @RateLimit({ limit: 1 })
      @Resilient('maps')
      async route(): Promise<void> {}
    }
    const options = { policies: { maps: { rateLimiter: { limit: 5 } } } };
    expect(await bootIssues({ providers: [Maps], options })).toEqual([
      expect.stringMatching(
        /^rate limiter "maps" is defined twice .* by Maps\.find \(policy "maps"\) and by Maps\.route \(policy "maps"\)/,
      ),
    ]);
  });

  it('hedge budgets and throttles of one name, in policies that nobody has called yet', async () => {
    const policies = {
      one: {
        adaptiveThrottle: { name: 'dns', k: 2 },
        hedge: { delay: 1, budget: { name: 'dns', ratio: 0.1 } },
      },
      two: { adaptiveThrottle: { name: 'dns', k: 3 } },
      three: { hedge: { delay: 1, budget: { name: 'dns', ratio: 0.2 } } },
    };
    expect(await bootIssues({ options: { policies } })).toEqual([
      expect.stringMatching(/^adaptive throttle "dns" is defined twice .* policy "one" and by policy "two"/),
      expect.stringMatching(/^hedging "dns" is defined twice .* policy "one" and by policy "three"/),
    ]);
  });

  it.each<[string, MethodDecorator]>([
    ['a bulkhead', Bulkhead(1) as MethodDecorator],
    ['a rate limit', RateLimit({ limit: 1, interval: '1s' }) as MethodDecorator],
    ['a throttle', Resilient('throttled') as MethodDecorator],
    ['a budget of hedges', Hedge({ delay: 10 }) as MethodDecorator],
  ])('classes that nothing tells apart, where each keeps %s', async (_, strategy) => {
    const make = () => {
      @Injectable()
      class Twin {
        @strategy
        async load(): Promise<void> {}
      }
      return Twin;
    };
    const options = { policies: { throttled: { adaptiveThrottle: {} } } };
    expect(await bootIssues({ providers: [make(), make()], options })).toEqual([
      expect.stringMatching(/Twin: 2 classes go by this name; give the strategies of one of them a `name`/),
    ]);
  });

  it('classes of handlers that nothing tells apart, whatever else they handle without a policy', async () => {
    const make = () => {
      @Controller()
      class Twin {
        @Get('load')
        @UsePolicy('crowded')
        load(): void {}

        @Get('plain')
        plain(): void {}
      }
      return Twin;
    };
    const options = { policies: { crowded: { bulkhead: 1 } } };
    expect(await bootIssues({ controllers: [make(), make()], options })).toEqual([
      expect.stringMatching(/Twin: 2 classes go by this name/),
    ]);
  });

  it('but not the rules that each user may have its own way', async () => {
    @Injectable()
    class Bank {
      @Bulkhead({ name: 'bank', maxConcurrent: 1 })
      async pay(): Promise<void> {}

      @Bulkhead({ name: 'bank', maxConcurrent: 1, releaseOn: 'answered' })
      async refund(): Promise<void> {}

      @RateLimit({ name: 'bank', limit: 1 })
      async list(): Promise<void> {}

      @RateLimit({ name: 'bank', maxWait: '1s' })
      async patient(): Promise<void> {}

      @Hedge({ delay: 10 })
      async fast(): Promise<void> {}

      @Hedge({ delay: 20 })
      async slow(): Promise<void> {}
    }
    expect(await bootIssues([Bank])).toEqual([]);
  });
});
