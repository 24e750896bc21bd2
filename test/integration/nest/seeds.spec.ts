// The first sentences of this project, each as a test: what a user expects on the first day.
import { Injectable } from '@nestjs/common';
import { PermanentError } from '../../../lib/core/errors/permanent-error.js';
import { AggressiveRetry } from '../../../lib/nest/decorators/preset-retries.decorator.js';
import { Retryable } from '../../../lib/nest/decorators/retryable.decorator.js';
import { scripted } from '../../../lib/testing/scripted.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { closeApps, startApp } from '../../support/decorated-app.js';
import { rejection } from '../../support/virtual-policy.js';

afterEach(closeApps);

const down = new Error('down');

@Injectable()
class Payments {
  readonly charging = scripted([down, down, down, 'charged']);

  @AggressiveRetry()
  async charge(): Promise<unknown> {
    return this.charging();
  }

  @Retryable()
  async refuse(): Promise<void> {
    this.refusals++;
    throw new PermanentError('no such card');
  }
  refusals = 0;
}

const start = () =>
  startApp({ options: { clock: new VirtualClock({ autoAdvance: true }) }, providers: [Payments] });

describe('a user', () => {
  it('who asks for a policy that nobody registered reads which one was meant', async () => {
    const { service } = await start();

    expect(await rejection(service.execute('netwrok', async () => 1))).toMatchObject({
      message: expect.stringContaining("there is no policy 'netwrok', did you mean 'network'?") as string,
    });
  });

  it('whose call succeeds at once pays for 1 call', async () => {
    const { service } = await start();
    const operation = scripted(['done']);
    await service.execute('default', operation);

    expect(operation.calls).toBe(1);
  });

  it('whose call fails twice and then succeeds under `default` pays for 3 calls', async () => {
    const { service } = await start();
    const operation = scripted([down, down, 'done']);

    await expect(service.execute('default', operation)).resolves.toBe('done');
    expect(operation.calls).toBe(3);
  });

  it('whose method is decorated `aggressive` and succeeds at the fourth attempt pays for 4 calls', async () => {
    const { get } = await start();

    await expect(get(Payments).charge()).resolves.toBe('charged');
    expect(get(Payments).charging.calls).toBe(4);
  });

  it('whose error is permanent pays for 1 call', async () => {
    const { get } = await start();

    expect(await rejection(get(Payments).refuse())).toBeInstanceOf(PermanentError);
    expect(get(Payments).refusals).toBe(1);
  });

  it('who iterates over attempts has a block retried', async () => {
    const { service } = await start();
    const operation = scripted([down, down, 'done']);
    let result: unknown;
    for await (const attempt of service.attempts('default')) result = await attempt.run(operation);

    expect(result).toBe('done');
    expect(operation.calls).toBe(3);
  });

  it.each([
    ['default', {}],
    ['guarded', { retry: {}, circuitBreaker: {}, timeout: { total: '1m', attempt: '1s' } }],
  ])('pays less than 1 ms of CPU for each attempt under %s', async (policy, options) => {
    const { service } = await startApp();
    service.register(policy, options);
    // CPU time, and the best of many rounds: what a busy machine takes from the others is not the library's.
    const rounds: number[] = [];
    for (let round = 0; round < 40; round++) {
      const begun = process.cpuUsage();
      for (let call = 0; call < 50; call++) await service.execute(policy, async () => call);
      const { user, system } = process.cpuUsage(begun);
      rounds.push((user + system) / 1000 / 50);
    }

    // About 0.01 on an idle machine; the bound leaves room for one that runs everything 50 times slower.
    expect(Math.min(...rounds)).toBeLessThan(1);
  });
});
