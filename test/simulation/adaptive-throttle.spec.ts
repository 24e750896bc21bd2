import { createPolicy } from '../../lib/core/create-policy.js';
import { Dice } from '../support/dice.js';
import { StepClock } from '../support/step-clock.js';

const SECOND = 1000;
const CALLS_PER_SECOND = 100;

/** Accepts so many requests in each second and refuses the rest, in no time. */
class CappedService {
  requests = 0;
  accepted = 0;
  private second = -1;
  private left = 0;

  constructor(
    private readonly clock: StepClock,
    private readonly perSecond: () => number,
  ) {}

  async request(): Promise<string> {
    this.requests++;
    const second = Math.floor(this.clock.now() / SECOND);
    if (second !== this.second) {
      this.second = second;
      this.left = this.perSecond();
    }
    if (this.left <= 0) throw Object.assign(new Error('overloaded'), { status: 503 });
    this.left--;
    this.accepted++;
    return 'accepted';
  }
}

/** Requests and accepts by calls, over these seconds. */
async function shares(k: number, capacity: (at: number) => number, from: number, to: number) {
  const clock = new StepClock();
  const dice = new Dice(42);
  const service = new CappedService(clock, () => capacity(clock.now()));
  const adaptiveThrottle = { k, window: '10s' } as const;
  const policy = createPolicy({ name: 'p', adaptiveThrottle }, { clock, random: () => dice.roll() });
  const expire = (): void => {
    clock.setTimer({ expire }, SECOND / CALLS_PER_SECOND);
    void policy.tryExecute(() => service.request());
  };
  clock.setTimer({ expire }, 0);
  await clock.runUntil(from * SECOND);
  const before = { requests: service.requests, accepted: service.accepted };
  await clock.runUntil(to * SECOND);
  const calls = CALLS_PER_SECOND * (to - from);
  return {
    load: (service.requests - before.requests) / calls,
    accepted: (service.accepted - before.accepted) / calls,
  };
}

describe('an adaptive throttle whose dependency accepts a tenth of the calls', () => {
  it.each([1.1, 2, 4])('lets about k = %d times as much through as is accepted', async (k) => {
    const { load, accepted } = await shares(k, () => 10, 20, 60);

    expect(accepted).toBeCloseTo(0.1, 1);
    expect(load / accepted).toBeGreaterThan(k * 0.9);
    expect(load / accepted).toBeLessThan(k * 1.15);
  });

  it('lets everything through again once the dependency has recovered', async () => {
    const recovered = (at: number): number => (at < 20 * SECOND ? 10 : 1000);

    expect(await shares(2, recovered, 40, 50)).toEqual({ load: 1, accepted: 1 });
  });

  it('still tries now and then where nothing is accepted', async () => {
    const { load } = await shares(2, () => 0, 20, 60);

    expect(load).toBeGreaterThan(0);
    expect(load).toBeLessThan(0.01);
  });
});
