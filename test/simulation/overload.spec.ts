import { presets } from '../../lib/config/presets/presets.js';
import { createPolicy, type NamedPolicyOptions } from '../../lib/core/create-policy.js';
import type { RetryOptions } from '../../lib/core/retry/retry-options.js';
import { Dice } from '../support/dice.js';
import { QueueingService } from '../support/queueing-service.js';
import { StepClock } from '../support/step-clock.js';
import { Traffic } from '../support/traffic.js';

const SECOND = 1000;
const USUAL_RATE = 40;
const SPIKE = { from: 10 * SECOND, to: 15 * SECOND, perSecond: 120 };
const SERVED_PER_SECOND = 50;

const usual = (): number => USUAL_RATE;
const withSpike = (at: number): number => (at >= SPIKE.from && at < SPIKE.to ? SPIKE.perSecond : USUAL_RATE);

/** What each attempt may take; a request that does not wait takes 20 ms. */
const patience = { attempt: '1s' } as const;

const naive: NamedPolicyOptions = {
  name: 'naive',
  timeout: patience,
  retry: { maxAttempts: 3, backoff: { initialDelay: '100ms' } },
};

const networkRetry = presets.network.retry as RetryOptions;

/** The same attempts, with the budget of the preset and a breaker. */
const guarded: NamedPolicyOptions = {
  ...naive,
  name: 'guarded',
  retry: { ...naive.retry, budget: networkRetry.budget as NonNullable<RetryOptions['budget']> },
  circuitBreaker: { resetTimeout: '5s' },
};

/** The whole preset, no more patient than the others, and a breaker. */
const network: NamedPolicyOptions = {
  ...presets.network,
  name: 'network',
  timeout: patience,
  circuitBreaker: { resetTimeout: '5s' },
};

interface World {
  readonly traffic: Traffic;
  /** Requests that reached the service. */
  readonly requests: number;
}

interface Story {
  readonly seconds: number;
  /** Calls a second, at this time. */
  readonly rate: (at: number) => number;
  readonly evenly?: boolean;
}

async function simulate(
  options: NamedPolicyOptions,
  { seed, seconds, rate, evenly = false }: Story & { seed: number },
  makeOperation: (clock: StepClock) => { request(): Promise<unknown> },
): Promise<World> {
  const clock = new StepClock();
  const dice = new Dice(seed);
  const policy = createPolicy(options, { clock, random: () => dice.roll() });
  let requests = 0;
  const service = makeOperation(clock);
  const operation = (): Promise<unknown> => {
    requests++;
    return service.request();
  };
  const traffic = new Traffic(
    clock,
    evenly ? 'even' : dice,
    rate,
    async () => (await policy.tryExecute(operation)).ok,
  );
  traffic.start();
  await clock.runUntil(seconds * SECOND);
  return { traffic, requests };
}

const busyService = (clock: StepClock): QueueingService => new QueueingService(clock, SERVED_PER_SECOND);
const deadService = () => ({
  request: (): Promise<never> => Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' })),
});

const seeds = [1, 2];

describe('40 calls a second on a service that serves 50, after 5 seconds of 120', () => {
  const story = { seconds: 50, rate: withSpike };

  it.each(seeds)('stay collapsed where each is tried 3 times at any price (seed %d)', async (seed) => {
    const { traffic } = await simulate(naive, { ...story, seed }, busyService);

    expect(traffic.goodput(0, SPIKE.from)).toBe(1);
    // The cause is gone for half a minute, and nothing has become better.
    expect(traffic.goodput(20 * SECOND, 30 * SECOND)).toBeLessThan(0.05);
    expect(traffic.goodput(35 * SECOND, 45 * SECOND)).toBeLessThan(0.05);
  });

  describe.each([
    ['the budget of the network preset and a breaker', guarded],
    ['the network preset and a breaker', network],
  ])('with %s', (_, options) => {
    it.each(seeds)('are all answered again within 15 seconds (seed %d)', async (seed) => {
      const { traffic } = await simulate(options, { ...story, seed }, busyService);

      expect(traffic.goodput(0, SPIKE.from)).toBe(1);
      // The spike has done harm, so there was something to recover from.
      expect(traffic.goodput(SPIKE.from, SPIKE.to)).toBeLessThan(0.9);
      expect(traffic.goodput(SPIKE.to + 15 * SECOND, 45 * SECOND)).toBe(1);
    });
  });
});

describe('40 calls a second on a service that is down for good', () => {
  const story = { seconds: 60, rate: usual, evenly: true };
  const withoutBreaker = { ...network, circuitBreaker: false as const };

  it.each(seeds)('are at most 1 + ratio + minPerSecond / rate requests each (seed %d)', async (seed) => {
    const { traffic, requests } = await simulate(withoutBreaker, { ...story, seed }, deadService);
    const calls = traffic.calls(0, story.seconds * SECOND);
    const bound = 1 + 0.2 + (3 * story.seconds) / calls;

    expect(requests / calls).toBeLessThanOrEqual(bound);
    // The budget, not the number of attempts, is what holds them back: it is used.
    expect(requests / calls).toBeGreaterThan(bound * 0.95);
  });

  it.each(seeds)('are three requests each where nothing holds retries back (seed %d)', async (seed) => {
    const { traffic, requests } = await simulate(naive, { ...story, seed }, deadService);

    expect(requests / traffic.calls(0, story.seconds * SECOND)).toBeGreaterThan(2.9);
  });

  it.each(seeds)('are a request now and then behind a breaker (seed %d)', async (seed) => {
    const { requests } = await simulate(network, { ...story, seed }, deadService);

    expect(requests).toBeLessThan(50);
  });
});
