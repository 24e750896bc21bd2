import { readdirSync } from 'node:fs';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CircuitBreaker } from '../../lib/nest/decorators/strategy.decorators.js';
import { Resilient } from '../../lib/nest/decorators/resilient.decorator.js';
import { ResilienceModule } from '../../lib/nest/resilience.module.js';
import { ResilienceService } from '../../lib/nest/resilience.service.js';
import { FileStateStore } from '../../lib/stores/file/file-state-store.js';
import { collectGarbage } from '../support/collect-garbage.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejection } from '../support/virtual-policy.js';

const folder = temporaryFolder();

@Injectable()
class Payments {
  @CircuitBreaker({ failureThreshold: 1 })
  @Resilient('default')
  async charge(): Promise<void> {
    throw Object.assign(new Error('down'), { status: 400 });
  }
}

async function useOnce(path: string): Promise<void> {
  @Module({
    imports: [ResilienceModule.forRoot({ logging: false, store: new FileStateStore({ path }) })],
    providers: [Payments],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  await rejection(app.get(Payments).charge());
  app.get(ResilienceService).breaker('Payments.charge').open();
  await app.close();
}

const openFiles = (): number => readdirSync('/proc/self/fd').length;

/** Bytes in use once everything has been collected that can be. */
async function heap(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('two hundred applications with a file each, made and closed in one process', () => {
  it('leave no memory, no open file, no lock and no timer behind', async () => {
    for (let i = 0; i < 50; i++) await useOnce(folder.path(`${i % 10}.json`));
    const [before, files] = [await heap(), openFiles()];
    for (let i = 0; i < 200; i++) await useOnce(folder.path(`${i % 10}.json`));

    // A module class of Nest's for each application stays in its own tables: that is not this library's.
    expect((await heap()) - before).toBeLessThan(200 * 40_000);
    expect(openFiles()).toBeLessThanOrEqual(files);
    expect(folder.files()).toEqual(Array.from({ length: 10 }, (_, i) => `${i}.json`));
  });
});
