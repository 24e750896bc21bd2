import { Injectable } from '@nestjs/common';
import { Bulkhead, Hedge, RateLimit } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { closeApps, startApp } from '../../../support/decorated-app.js';
import { heldOperation } from '../../../support/held-operation.js';
import { rejection, watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

@Injectable()
class Waiting {
  private readonly held = heldOperation();
  readonly runs = this.held.runs;

  @Bulkhead({ maxConcurrent: 1, maxQueue: Infinity, queueTimeout: '1h' })
  async queued(): Promise<unknown> {
    return this.held.operation();
  }

  @RateLimit({ limit: 1, interval: '1m', maxWait: '1h' })
  async limited(): Promise<unknown> {
    return 'fine';
  }

  @Hedge({ delay: '1s', budget: { ratio: 1 } })
  @Resilient('twice')
  async hedged(): Promise<unknown> {
    return this.held.operation();
  }
}

const start = () =>
  startApp({ providers: [Waiting], options: { policies: { twice: { idempotent: true } } } });

describe('app.close()', () => {
  it('refuses a hundred queued calls at once, each with a ShutdownError, and lets the running one end', async () => {
    const { app, get, clock, service } = await start();
    const running = watched(get(Waiting).queued());
    const queued = Array.from({ length: 100 }, () => rejection(get(Waiting).queued()));
    await app.close();

    for (const error of await Promise.all(queued))
      expect(error).toMatchObject({ code: 'SHUTDOWN', operation: 'Waiting.queued', statusCode: 503 });
    expect(get(Waiting).runs).toHaveLength(1);
    expect(running.settled).toBe(false);
    expect(clock.pending).toBe(0);
    get(Waiting).runs[0]?.resolve('done');
    await clock.advance(0);
    expect(running.value).toBe('done');
    expect(service.stats()).toMatchObject({ calls: 101, attempts: 1, rejections: 100, successes: 1 });
  });

  it('refuses calls that wait for the rate limit', async () => {
    const { app, get, clock } = await start();
    await get(Waiting).limited();
    const waiting = rejection(get(Waiting).limited());
    await app.close();
    expect(await waiting).toMatchObject({ code: 'SHUTDOWN', operation: 'Waiting.limited' });
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer of a hedge', async () => {
    const { app, get, clock } = await start();
    void get(Waiting).hedged();
    expect(clock.pending).toBe(1);
    await app.close();
    await clock.advance('1s');
    expect([get(Waiting).runs.length, clock.pending]).toEqual([1, 0]);
  });
});
