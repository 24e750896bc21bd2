import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { ResilienceHealthIndicator } from '../../../../lib/nest/health/resilience-health.indicator.js';
import { ResilienceHealthModule } from '../../../../lib/nest/health/resilience-health.module.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';

const quiet = ResilienceModule.forRoot({ logger: false });

async function boot(imports: any[]) {
  const module = await Test.createTestingModule({ imports }).compile();
  module.useLogger(false);
  await module.init();
  return module;
}

@Module({ imports: [TerminusModule, ResilienceHealthModule] })
class OperationsModule {}

describe('ResilienceHealthModule', () => {
  it.each([
    ['beside TerminusModule in the root module', [quiet, TerminusModule, ResilienceHealthModule]],
    ['before everything else', [ResilienceHealthModule, TerminusModule, quiet]],
    ['in a module of its own', [quiet, OperationsModule]],
  ])('gives the indicator, imported %s', async (_where, imports) => {
    const app = await boot(imports);
    const result = await app.get(ResilienceHealthIndicator, { strict: false }).check();
    expect(result).toEqual({ circuitBreakers: { status: 'up', open: [], breakers: {}, unknown: [] } });
    await app.close();
  });

  it('answers before the application has been initialised', async () => {
    const module = await Test.createTestingModule({
      imports: [quiet, TerminusModule, ResilienceHealthModule],
    }).compile();
    await expect(module.get(ResilienceHealthIndicator).check('early')).resolves.toHaveProperty(
      'early.status',
      'up',
    );
  });

  it('ends the boot without TerminusModule, and says what to import', async () => {
    await expect(boot([quiet, ResilienceHealthModule])).rejects.toThrow(
      'ResilienceHealthIndicator needs TerminusModule of @nestjs/terminus among the imports of the application',
    );
  });

  it('ends the boot without ResilienceModule, and says what to import', async () => {
    await expect(boot([TerminusModule, ResilienceHealthModule])).rejects.toThrow(
      'ResilienceHealthIndicator needs ResilienceModule.forRoot() in the imports of the root module',
    );
  });
});
