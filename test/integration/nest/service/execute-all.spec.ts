import { Injectable } from '@nestjs/common';
import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import { InjectPolicy } from '../../../../lib/nest/decorators/inject-policy.decorator.js';
import type { NamedPolicy } from '../../../../lib/nest/runtime/named-policy.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { bulkFailure, heldOperations } from '../../../support/bulk.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { settled } from '../../../support/held-operation.js';
import { noBackoff, rejection, watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');

@Injectable()
class Records {
  @InjectPolicy('records')
  readonly policy!: NamedPolicy;
}

const policies = {
  records: { retry: { maxAttempts: 3, backoff: noBackoff } },
  patient: { retry: { backoff: { initialDelay: '20s', jitter: false } } },
};
const start = () => startApp({ options: { policies }, providers: [Records] });

describe('ResilienceService.executeAll', () => {
  it('runs each operation as a call under the policy, ten at a time', async () => {
    const { service } = await start();
    const { operations, settle, running, started } = heldOperations(25);
    const bulk = service.executeAll('records', operations);
    expect(running()).toBe(10);

    settle[3]?.reject(down);
    await settled();
    expect(started.slice(10)).toEqual([3]);
    for (let index = 0; index < 25; index++) {
      settle[index]?.resolve(index);
      await settled();
      expect(running()).toBeLessThanOrEqual(10);
    }

    expect(await bulk).toMatchObject({ ok: true, successRate: 1, failed: [] });
    expect(service.stats('records')).toMatchObject({ calls: 25, attempts: 26, successes: 25 });
  });

  it('is at hand where the policy is injected', async () => {
    const { get, service } = await start();
    const operations = [scripted([down, 'a']), scripted([down])];
    const bulk = get(Records).policy.executeAll(operations, {
      operation: 'Records.sync',
      successThreshold: 0.5,
    });

    expect(await bulk).toMatchObject({
      successful: [{ index: 0, value: 'a' }],
      failed: [{ index: 1, error: down, report: { operation: 'Records.sync', attempts: 3 } }],
      successRate: 0.5,
    });
    expect(service.stats('records')).toMatchObject({ calls: 2, attempts: 5 });
  });

  it('takes overrides, and all options of a call', async () => {
    const { service } = await start();
    const seen: unknown[] = [];
    const operation = ({ maxAttempts, operation: name }: AttemptContext): void => {
      seen.push([maxAttempts, name]);
      throw down;
    };
    const options = {
      overrides: { retry: { maxAttempts: 2 } },
      operation: 'Records.sync',
      key: 'a',
      args: [1],
    };
    const { failed } = await bulkFailure(service.executeAll('records', [operation], options));

    expect(failed).toMatchObject([{ report: { attempts: 2 } }]);
    expect(seen).toEqual([
      [2, 'Records.sync'],
      [2, 'Records.sync'],
    ]);
  });

  it('refuses a policy that does not exist, options and overrides that are wrong, and runs nothing', async () => {
    const { service } = await start();
    const operation = scripted([1]);

    expect(await rejection(service.executeAll('recrods', [operation, operation]))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: ["there is no policy 'recrods', did you mean 'records'?"],
    });
    expect(await rejection(service.executeAll('records', [operation], { concurrency: -1 }))).toMatchObject({
      issues: ['executeAll.concurrency: expected an integer >= 1 (got -1)'],
    });
    const overrides = { retry: { maxAttempts: 0 } };
    expect(await rejection(service.executeAll('records', [operation], { overrides }))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [expect.stringContaining('retry.maxAttempts')],
    });
    expect(operation.calls).toBe(0);
  });

  it('takes up options that change while it runs, for the calls that begin then', async () => {
    const { service } = await start();
    const seen: number[] = [];
    const { operations, settle } = heldOperations(1);
    const operation = ({ maxAttempts }: AttemptContext): number => seen.push(maxAttempts);
    const bulk = service.executeAll('records', [operation, ...operations, operation], { concurrency: 1 });
    await settled();
    service.update('records', { retry: { maxAttempts: 7 } });
    settle[0]?.resolve(1);
    await bulk;

    expect(seen).toEqual([3, 7]);
  });

  it('tells events$ what onProgress throws, and goes on', async () => {
    const { service, events } = await start();
    const onProgress = (): never => {
      throw down;
    };
    await service.executeAll('records', [() => 1], { onProgress });

    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([
      expect.objectContaining({ source: 'onProgress', policy: 'records', error: down }),
    ]);
  });

  it('ends with the application: waits end, the rest is not run, and nothing stays', async () => {
    const { app, service, clock } = await start();
    const operations = Array.from({ length: 100 }, () => scripted([down]));
    const bulk = watched(bulkFailure(service.executeAll('patient', operations)));
    await clock.advance(0);
    await app.close();
    await settled();

    expect(bulk.value?.failed).toHaveLength(100);
    expect(bulk.value?.failed.every(({ error }) => (error as { code?: string }).code === 'SHUTDOWN')).toBe(
      true,
    );
    expect(operations.map(({ calls }) => calls).filter((calls) => calls > 0)).toHaveLength(10);
    expect(clock.pending).toBe(0);
  });
});
