import { Injectable, Module } from '@nestjs/common';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { ResilienceModule } from '../../../lib/nest/resilience.module.js';
import type {
  ResilienceFactoryOptions,
  ResilienceOptionsFactory,
} from '../../../lib/nest/resilience-options.interface.js';
import { RESILIENCE_OPTIONS } from '../../../lib/nest/resilience.constants.js';
import { boot, closeBooted, issuesOfBoot } from '../../support/boot.js';
import { issuesOf } from '../../support/issues-of.js';

const payments = { payments: { retry: { maxAttempts: 4 } } };

afterEach(closeBooted);

/** How often a policy tries. */
function maxAttempts(app: Awaited<ReturnType<typeof boot>>, policy = 'payments'): unknown {
  return app.service.explain(policy).find(({ path }) => path === 'retry.maxAttempts')?.value;
}

describe('ResilienceModule.forRoot', () => {
  it('needs no options: the presets are there', async () => {
    const booted = await boot({ imports: [ResilienceModule.forRoot()] });

    expect(maxAttempts(booted, 'network')).toBe(5);
  });

  it('serves modules that do not import it', async () => {
    @Injectable()
    class Charges {
      calls = 0;

      @Retryable('payments', { backoff: { initialDelay: 0 } })
      async charge(): Promise<number> {
        if (++this.calls < 4) throw new Error('down');
        return this.calls;
      }
    }
    @Module({ providers: [Charges] })
    class PaymentsModule {}
    const { app } = await boot({
      imports: [PaymentsModule, ResilienceModule.forRoot({ policies: payments })],
    });

    await expect(app.get(Charges, { strict: false }).charge()).resolves.toBe(4);
  });

  it('gives its options under RESILIENCE_OPTIONS', async () => {
    const options = { policies: payments };
    const { app } = await boot({ imports: [ResilienceModule.forRoot(options)] });

    expect(app.get(RESILIENCE_OPTIONS)).toBe(options);
  });

  it('takes other options in place of them when a test overrides RESILIENCE_OPTIONS', async () => {
    const booted = await boot({ imports: [ResilienceModule.forRoot()] }, (builder) =>
      builder.overrideProvider(RESILIENCE_OPTIONS).useValue({ policies: payments }),
    );

    expect(maxAttempts(booted)).toBe(4);
  });

  it('takes frozen options, and writes to none', async () => {
    const options = Object.freeze({
      policies: Object.freeze({ payments: Object.freeze({ retry: Object.freeze({ maxAttempts: 4 }) }) }),
    });
    const booted = await boot({ imports: [ResilienceModule.forRoot(options)] });

    expect(maxAttempts(booted)).toBe(4);
  });

  it('may be imported by two modules as one and the same module', async () => {
    const root = ResilienceModule.forRoot({ policies: payments });
    @Module({ imports: [root] })
    class FirstModule {}
    @Module({ imports: [root] })
    class SecondModule {}

    expect(await issuesOfBoot({ imports: [FirstModule, SecondModule, root] })).toEqual([]);
  });

  it.each([['forRoot'], ['forRootAsync']])(
    'fails the boot beside a second %s, and points to forFeature',
    async (second) => {
      @Module({
        imports: [
          second === 'forRoot'
            ? ResilienceModule.forRoot()
            : ResilienceModule.forRootAsync({ useFactory: () => ({}) }),
        ],
      })
      class PaymentsModule {}

      expect(await issuesOfBoot({ imports: [ResilienceModule.forRoot(), PaymentsModule] })).toEqual([
        'ResilienceModule.forRoot() stands 2 times in this application; keep one, in the root module, and add policies ' +
          'elsewhere with ResilienceModule.forFeature({ policies })',
      ]);
    },
  );
});

@Injectable()
class Defaults {
  readonly attempts = 4;
}

@Module({ providers: [Defaults], exports: [Defaults] })
class DefaultsModule {}

@Injectable()
class OptionsFactory implements ResilienceOptionsFactory {
  constructor(private readonly defaults: Defaults) {}

  async createResilienceOptions(): Promise<ResilienceFactoryOptions> {
    return { policies: { payments: { retry: { maxAttempts: this.defaults.attempts } } } };
  }
}

@Module({ imports: [DefaultsModule], providers: [OptionsFactory], exports: [OptionsFactory] })
class FactoryModule {}

describe('ResilienceModule.forRootAsync', () => {
  it.each([
    [
      'useFactory with inject',
      {
        imports: [DefaultsModule],
        inject: [Defaults],
        useFactory: ({ attempts }: Defaults) => ({
          policies: { payments: { retry: { maxAttempts: attempts } } },
        }),
      },
    ],
    ['an asynchronous useFactory', { useFactory: async () => ({ policies: payments }) }],
    ['useClass', { imports: [DefaultsModule], useClass: OptionsFactory }],
    ['useExisting', { imports: [FactoryModule], useExisting: OptionsFactory }],
    [
      'useFactory with an optional dependency',
      {
        inject: [{ token: 'missing', optional: true }],
        useFactory: (missing: unknown) => ({ policies: missing === undefined ? payments : {} }),
      },
    ],
  ])('takes the options from %s', async (_, options) => {
    const booted = await boot({ imports: [ResilienceModule.forRootAsync(options)] });

    expect(maxAttempts(booted)).toBe(4);
  });

  it('may depend on a class that is protected itself', async () => {
    @Injectable()
    class Vault {
      calls = 0;

      @Retryable('quick', { backoff: { initialDelay: 0 } })
      async attempts(): Promise<number> {
        if (++this.calls === 1) throw new Error('sealed');
        return 4;
      }
    }
    @Module({ providers: [Vault], exports: [Vault] })
    class VaultModule {}
    const booted = await boot({
      imports: [
        ResilienceModule.forRootAsync({
          imports: [VaultModule],
          inject: [Vault],
          useFactory: async (vault: Vault) => ({
            policies: { payments: { retry: { maxAttempts: await vault.attempts() } } },
          }),
        }),
      ],
    });

    expect(maxAttempts(booted)).toBe(4);
    expect(booted.app.get(Vault, { strict: false }).calls).toBe(2);
  });

  it.each([
    ['none of them', {}],
    ['two of them', { useFactory: () => ({}), useClass: OptionsFactory }],
    ['all of them', { useFactory: () => ({}), useClass: OptionsFactory, useExisting: OptionsFactory }],
  ])('refuses %s', (_, options) => {
    expect(issuesOf(() => ResilienceModule.forRootAsync(options))).toEqual([
      'forRootAsync: expected exactly one of useFactory, useClass and useExisting',
    ]);
  });

  it('refuses what it does not know beside the factory, and names the nearest', () => {
    const options = { useFactory: () => ({}), policies: {}, htpErrors: true } as never;

    expect(issuesOf(() => ResilienceModule.forRootAsync(options))).toEqual([
      expect.stringMatching(/^forRootAsync\.policies: unknown key, known here: .*'useFactory'/),
      "forRootAsync.htpErrors: unknown key, did you mean 'httpErrors'?",
    ]);
  });

  it.each([[undefined], [null], ['policies'], [[]], [new Map()], [() => ({})]])(
    'refuses %p from the factory',
    async (made) => {
      const useFactory = () => made as never;

      expect(await issuesOfBoot({ imports: [ResilienceModule.forRootAsync({ useFactory })] })).toEqual([
        expect.stringMatching(/^forRootAsync: expected options from the factory \(got .+\)$/),
      ]);
    },
  );

  it.each([
    ['routes', [{ path: '/api', policy: 'api' }]],
    ['httpErrors', true],
  ])('refuses %s from the factory, where they come too late', async (option, value) => {
    const useFactory = () => ({ [option]: value });

    expect(await issuesOfBoot({ imports: [ResilienceModule.forRootAsync({ useFactory })] })).toEqual([
      expect.stringMatching(new RegExp(`^${option}: belongs beside the factory`)),
    ]);
  });

  it('passes on what the factory throws', async () => {
    const useFactory = async () => Promise.reject(new Error('vault sealed'));

    await expect(boot({ imports: [ResilienceModule.forRootAsync({ useFactory })] })).rejects.toThrow(
      'vault sealed',
    );
  });
});
