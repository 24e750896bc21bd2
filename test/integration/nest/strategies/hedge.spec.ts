import { Injectable } from '@nestjs/common';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Bulkhead, Hedge } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { Attempt } from '../../../../lib/nest/decorators/attempt.decorator.js';
import type { AttemptContext } from '../../../../lib/core/attempt-context.js';
import type { ResilienceEvent } from '../../../../lib/core/events/event-types.js';
import { bootIssues, closeApps, startApp } from '../../../support/decorated-app.js';
import { heldOperation, settled } from '../../../support/held-operation.js';
import { watched } from '../../../support/virtual-policy.js';

afterEach(closeApps);

const policies = {
  search: { idempotent: true, hedge: { delay: '1s', budget: { ratio: 1 } } },
  plain: { idempotent: true },
  unsafe: {},
};

@Injectable()
class Search {
  private readonly held = heldOperation();
  readonly runs = this.held.runs;
  readonly signals: (AbortSignal | undefined)[] = [];

  @Resilient('search')
  async find(_text: string, @Attempt() attempt?: AttemptContext): Promise<unknown> {
    this.signals.push(attempt?.signal);
    return this.held.operation();
  }

  @Hedge({ delay: '200ms', maxHedges: 2, budget: { ratio: 1 } })
  @Resilient('plain')
  async suggest(): Promise<unknown> {
    return this.held.operation();
  }

  @Hedge({ delay: '200ms' })
  @Resilient('unsafe')
  async order(): Promise<unknown> {
    return this.held.operation();
  }

  @Hedge({ delay: '200ms', budget: { ratio: 1 } })
  @Bulkhead(1)
  @Resilient('plain')
  async narrow(): Promise<unknown> {
    return this.held.operation();
  }
}

const start = (operations = {}) =>
  startApp({ providers: [Search], options: { policies, operations, logging: false } });

const ofType = (events: readonly ResilienceEvent[], type: ResilienceEvent['type']) =>
  events.filter((event) => event.type === type);

describe('hedging of a method', () => {
  it('calls it once more when it is slow; the first answer wins, and the other is told to stop', async () => {
    const { get, clock, events, service } = await start();
    const heard: unknown[] = [];
    service.policy('search').events.on('hedged', ({ outcome }) => heard.push(outcome));
    const call = watched(get(Search).find('x'));
    await clock.advance('1s');
    get(Search).runs[1]?.resolve('by the hedge');
    await settled();

    expect(call.value).toBe('by the hedge');
    expect(get(Search).signals.map((signal) => signal?.aborted)).toEqual([true, false]);
    expect(ofType(events, 'hedged')).toMatchObject([
      { policy: 'search', operation: 'Search.find', attempt: 1, hedge: 1, delay: 1000, outcome: 'won' },
    ]);
    expect(heard).toEqual(['won']);
    expect(service.stats('search')).toMatchObject({ calls: 1, attempts: 1, successes: 1 });
  });

  it('is put over a policy by @Hedge, with its own delay and number', async () => {
    const { get, clock } = await start();
    const { runs } = get(Search);
    // A quick call saves up the budget for the second hedge.
    const quick = get(Search).suggest();
    runs[0]?.resolve();
    await quick;
    void get(Search).suggest();
    await clock.advance(200);
    expect(runs).toHaveLength(3);
    await clock.advance(200);
    expect(runs).toHaveLength(4);
    await clock.advance('1h');
    expect(runs).toHaveLength(4);
  });

  it('makes none where nobody says that the method may be called twice, and says so once', async () => {
    const { get, clock, events } = await start();
    void get(Search).order();
    void get(Search).order();
    await clock.advance('1h');
    expect(get(Search).runs).toHaveLength(2);
    expect(ofType(events, 'diagnostic')).toMatchObject([
      { source: 'hedge', message: expect.stringContaining('Search.order runs without a hedge') as unknown },
    ]);
  });

  it('makes none for which the bulkhead has no slot', async () => {
    const { get, clock } = await start();
    void get(Search).narrow();
    await clock.advance('1h');
    expect(get(Search).runs).toHaveLength(1);
  });

  it('obeys the options of its operation', async () => {
    const { get, clock, service } = await start({
      'Search.find': { hedge: { delay: '3s' } },
      'Search.suggest': { hedge: false },
    });
    void get(Search).find('x');
    void get(Search).suggest();
    await clock.advance(2999);
    expect(get(Search).runs).toHaveLength(2);
    await clock.advance(1);
    expect(get(Search).runs).toHaveLength(3);
    expect(service.explain('Search.find')).toContainEqual({
      path: 'hedge.delay',
      value: '3s',
      source: 'forRoot',
    });
    get(Search).runs[0]?.resolve();
  });

  it('needs a delay or a percentile, and the boot says so', async () => {
    class Wrong {
      @Hedge({ maxHedges: 1 })
      async load(): Promise<void> {}

      @Hedge({ delay: '1s', percentile: 95 })
      async save(): Promise<void> {}
    }
    expect(await bootIssues([Wrong])).toEqual([
      'Wrong.load.hedge.delay: expected either a delay or a percentile (got neither), from @Hedge of Wrong.load',
      expect.stringMatching(
        /^Wrong\.save\.hedge\.delay: expected either a delay or a percentile \(got both\)/,
      ),
    ]);
  });
});
