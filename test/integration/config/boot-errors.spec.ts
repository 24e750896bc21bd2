import { Injectable, Module, type Type } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { InjectPolicy } from '../../../lib/nest/decorators/inject-policy.decorator.js';
import { Fallback } from '../../../lib/nest/decorators/fallback.decorators.js';
import { Resilient } from '../../../lib/nest/decorators/resilient.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import type { NamedPolicy } from '../../../lib/nest/runtime/named-policy.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import { closeBooted, issuesOfBoot, withEnvironment } from '../../support/boot.js';

afterEach(closeBooted);

@Injectable()
class Payments {
  @Retryable('netwrok')
  async charge(): Promise<void> {}

  @Resilient('payments')
  @Fallback('refnd')
  async capture(): Promise<void> {}

  async refund(): Promise<void> {}
}

const unknownPolicy =
  "Payments.charge: @Retryable names a policy that does not exist: there is no policy 'netwrok', did you mean 'network'?";
const unknownFallback =
  "Payments.capture: @Fallback names the method 'refnd', which Payments does not have, did you mean 'refund'?";

@Module({
  imports: [
    ResilienceModule.forRoot({
      polices: {},
      shutdownGrace: 'soon',
      policies: {
        payments: { retry: { maxAttempts: -1 }, circuitBreakr: {} },
        constructor: {},
      },
      operations: { 'Payments.capture': { timeout: 0 } },
    } as never),
    ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [() => ({ resilience: { polcies: {}, policies: { quick: { timeout: { total: '5' } } } } })],
    }),
  ],
  providers: [Payments],
})
class FaultyModule {}

const everything = [
  "polices: unknown key, did you mean 'policies'?",
  expect.stringMatching(/^shutdownGrace: expected a duration .*'soon'/),
  'policies.payments.retry.maxAttempts: expected an integer >= 1 (got -1)',
  "policies.payments.circuitBreakr: unknown key, did you mean 'circuitBreaker'?",
  'policies.constructor: this name is not allowed',
  expect.stringMatching(/^policies\.quick\.timeout\.total: .*'5'.*convert.*from ConfigService "resilience"$/),
  "policies.api.enabled: expected true or false (got 'maybe'), from RESILIENCE_API_ENABLED",
  expect.stringMatching(/^resilience\.polcies: unknown key, did you mean 'policies'\?, from ConfigService/),
  expect.stringMatching(/^operations\['Payments\.capture'\]\.timeout: .*greater than 0 \(got 0\)$/),
  unknownPolicy,
  unknownFallback,
];

describe('bad configuration', () => {
  it('stops the boot with everything that is wrong, in options, configuration, variables and decorators', async () => {
    await withEnvironment({ RESILIENCE_API_ENABLED: 'maybe' }, async () => {
      const issues = await issuesOfBoot({ imports: [FaultyModule] });

      expect(issues).toEqual(everything);
    });
  });

  it('tells what else a decorator says wrong whose policy does not exist', async () => {
    @Injectable()
    class Reports {
      @Retryable('netwrok', { maxAttempts: 0, timeuot: '1s' } as never)
      async render(): Promise<void> {}
    }

    expect(await issuesOfBoot({ imports: [ResilienceModule.forRoot()], providers: [Reports] })).toEqual([
      "Reports.render: @Retryable names a policy that does not exist: there is no policy 'netwrok', did you mean 'network'?",
      'Reports.render.retry.maxAttempts: expected an integer >= 1 (got 0), from @Retryable of Reports.render',
      expect.stringMatching(/^Reports\.render\.retry\.timeuot: unknown key/),
    ]);
  });

  it('tells of policies that cannot be read', async () => {
    const unreadable = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('locked');
        },
      },
    );
    const issues = await issuesOfBoot({ imports: [ResilienceModule.forRoot({ policies: unreadable })] });
    expect(issues).toEqual([expect.stringMatching(/^policies: /)]);
  });

  it('rejects a real boot with a message that lists it line by line', async () => {
    const app = await NestFactory.create(FaultyModule, { logger: false, abortOnError: false });

    await expect(app.init()).rejects.toMatchObject({
      name: 'ResilienceConfigError',
      message: expect.stringMatching(
        /^Invalid resilience configuration, 10 problems:\n- polices: unknown key, did you mean 'policies'\?\n- shutdownGrace: .*\n- policies\.payments/,
      ) as string,
    });
  });
});

@Injectable()
class Reports {
  constructor(@InjectPolicy('quikc') readonly policy: NamedPolicy) {}
}

@Injectable()
class Exports {
  @InjectPolicy('nothing-like-it')
  readonly policy!: NamedPolicy;
}

describe('a decorator', () => {
  it.each<[string, Type, string]>([
    ['names a policy that does not exist', Payments, unknownPolicy],
    [
      'injects one into a constructor',
      Reports,
      "@InjectPolicy of Reports: there is no policy 'quikc', did you mean 'quick'?",
    ],
  ])('that %s fails the boot and names class and nearest policy', async (_, type, issue) => {
    const root = ResilienceModule.forRoot({ policies: { payments: {} } });

    expect(await issuesOfBoot({ imports: [root], providers: [type] })).toContain(issue);
  });

  it('that injects an unknown policy into a property or a factory fails the boot', async () => {
    const root = ResilienceModule.forRoot();
    const factory = { provide: 'factory', inject: ['nestjs-holdfast.policy:quikc'], useFactory: () => 1 };

    expect(await issuesOfBoot({ imports: [root], providers: [Exports, factory] })).toEqual([
      expect.stringMatching(/^@InjectPolicy of Exports: there is no policy 'nothing-like-it', known here: /),
      "@InjectPolicy of factory: there is no policy 'quikc', did you mean 'quick'?",
    ]);
  });

  it('elsewhere in the process is nobody’s business here', async () => {
    // `Reports` and `Exports` inject policies that do not exist, but are not part of this application.
    expect(await issuesOfBoot({ imports: [ResilienceModule.forRoot()] })).toEqual([]);
  });

  it('of @Retryable over a policy without a retry fails the boot and says what to do', async () => {
    @Injectable()
    class Orders {
      @Retryable('slow')
      async place(): Promise<void> {}
    }
    const root = ResilienceModule.forRoot({ policies: { slow: { timeout: '5s' } } });

    expect(await issuesOfBoot({ imports: [root], providers: [Orders] })).toEqual([
      'Orders.place: @Retryable needs a policy with a retry, and "slow" has none; use @Resilient, or add `retry: {}` to the policy',
    ]);
  });

  it('whose policy is faulty is not blamed for that', async () => {
    const root = ResilienceModule.forRoot({
      policies: { netwrok: { timeout: 0 }, payments: { extends: 'netwrok' } },
    });

    expect(await issuesOfBoot({ imports: [root], providers: [Payments] })).toEqual([
      expect.stringMatching(/^policies\.netwrok\.timeout: /),
      unknownFallback,
    ]);
  });
});

describe('policies that share a breaker', () => {
  const policies = {
    cards: { circuitBreaker: { name: 'bank', failureThreshold: 3 } },
    transfers: { circuitBreaker: { name: 'bank', failureThreshold: 5 } },
  };

  it('and define it differently fail the boot, though nobody has called yet; both are named', async () => {
    expect(await issuesOfBoot({ imports: [ResilienceModule.forRoot({ policies })] })).toEqual([
      expect.stringMatching(
        /^circuit breaker "bank" is defined twice with different options: by policy "cards" and by policy "transfers"/,
      ),
    ]);
  });

  it('join it where one of them gives only the name', async () => {
    const joined = { ...policies, transfers: { circuitBreaker: { name: 'bank' } } };

    expect(await issuesOfBoot({ imports: [ResilienceModule.forRoot({ policies: joined })] })).toEqual([]);
  });
});

describe('chaos', () => {
  const chaos = { enabled: true, errorRatio: 0.5 };

  it('is refused in production, unless it is allowed there', async () => {
    await withEnvironment({ NODE_ENV: 'production' }, async () => {
      const refused = ResilienceModule.forRoot({ policies: { payments: { chaos } } });
      const allowed = ResilienceModule.forRoot({
        policies: { payments: { chaos: { ...chaos, allowInProduction: true } } },
      });

      expect(await issuesOfBoot({ imports: [refused] })).toEqual([
        'policies.payments.chaos.enabled: expected false in production, or allowInProduction beside it (got true)',
      ]);
      expect(await issuesOfBoot({ imports: [allowed] })).toEqual([]);
    });
  });

  it('is refused in production where configuration or a variable enables it', async () => {
    const imports = [
      ResilienceModule.forRoot({ policies: { payments: { chaos: { errorRatio: 1 } } } }),
      ConfigModule.forRoot({ ignoreEnvFile: true }),
    ];
    await withEnvironment({ NODE_ENV: 'production', RESILIENCE_PAYMENTS_CHAOS_ENABLED: 'true' }, async () => {
      expect(await issuesOfBoot({ imports })).toEqual([
        expect.stringMatching(
          /^policies\.payments\.chaos\.enabled: .*, from RESILIENCE_PAYMENTS_CHAOS_ENABLED$/,
        ),
      ]);
    });
  });
});
