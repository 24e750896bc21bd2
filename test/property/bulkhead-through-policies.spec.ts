import fc from 'fast-check';
import { Engine } from '../../lib/core/engine.js';
import { resolvePolicy } from '../../lib/core/policy-options.js';
import { Policy } from '../../lib/core/policy.js';
import { Dice } from '../support/dice.js';
import { StepClock } from '../support/step-clock.js';

const TASKS = 500;
const STORIES = 20;

const stories = fc.record({
  maxConcurrent: fc.integer({ min: 1, max: 8 }),
  maxQueue: fc.constantFrom(0, 3, 50),
  queueTimeout: fc.constantFrom(false as const, 20),
  total: fc.constantFrom(false as const, 60),
  attempt: fc.constantFrom(false as const, 25),
  attempts: fc.integer({ min: 1, max: 3 }),
  breaker: fc.boolean(),
  seed: fc.nat(),
});

type Story = typeof stories extends fc.Arbitrary<infer T> ? T : never;

/** Calls that come in bursts, and end in every way in which a call can end. */
class Simulation {
  readonly clock = new StepClock();
  readonly policy: Policy;
  running = 0;
  mostRunning = 0;
  settled = 0;
  ran = 0;
  /** Numbers of the calls in the order in which they ran for the first time. */
  readonly order: number[] = [];
  private readonly dice: Dice;

  constructor({ maxConcurrent, maxQueue, queueTimeout, total, attempt, attempts, breaker, seed }: Story) {
    this.dice = new Dice(seed);
    const engine = new Engine({ clock: this.clock, random: () => this.dice.roll() });
    const retryOn = ['default', 'BULKHEAD_FULL'];
    const backoff = { initialDelay: 4, maxDelay: 10 };
    this.policy = new Policy(
      engine,
      resolvePolicy('p', {
        bulkhead: { maxConcurrent, maxQueue, queueTimeout },
        timeout: { total, attempt },
        retry: { maxAttempts: attempts, backoff, retryOn, retryAfter: () => 4 },
        circuitBreaker: breaker && { failureThreshold: 8, resetTimeout: 15, halfOpenMaxCalls: 3 },
      }),
    );
  }

  async run(): Promise<void> {
    const { clock, dice } = this;
    let at = 0;
    for (let i = 0; i < TASKS; i++) {
      if (dice.chance(0.3)) at += dice.below(30);
      clock.setTimer({ expire: () => this.call(i) }, at);
    }
    await clock.runUntil(60_000);
  }

  /** How many calls can be run at once now. */
  async free(): Promise<number> {
    const { clock, policy } = this;
    policy.breaker()?.close();
    let together = 0;
    for (let i = 0; i < 20; i++)
      void policy.tryExecute(() => (together++, clock.wait(5)), { idempotent: false });
    const free = together;
    await clock.runUntil(120_000);
    return free;
  }

  private call(number: number): void {
    const { clock, dice } = this;
    const controller = new AbortController();
    if (dice.chance(0.25)) clock.setTimer({ expire: () => controller.abort() }, dice.below(60));
    let runs = 0;
    const operation = (): unknown => {
      if (runs++ === 0) this.order.push(number);
      return this.operate();
    };
    void this.policy.tryExecute(operation, { signal: controller.signal }).then(() => this.settled++);
  }

  /** Holds its slot for as long as it takes, whatever its caller does meanwhile. */
  private operate(): unknown {
    const { clock, dice } = this;
    this.ran++;
    if (dice.chance(0.05)) throw new Error('at once');
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    const fails = dice.chance(0.3);
    return clock.wait(dice.below(50)).then(() => {
      this.running--;
      if (fails) throw new Error('down');
    });
  }
}

const isSorted = (list: readonly number[]): boolean =>
  list.every((one, i) => i === 0 || (list[i - 1] ?? 0) < one);

describe(`a policy with a bulkhead under ${STORIES * TASKS} tasks that wait, retry, time out and are aborted`, () => {
  it('never runs more than its limit, serves in order, and has all permits back in the end', async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const simulation = new Simulation(story);
        await simulation.run();
        ran += simulation.ran;

        expect(simulation.settled).toBe(TASKS);
        expect(simulation.running).toBe(0);
        expect(simulation.mostRunning).toBeLessThanOrEqual(story.maxConcurrent);
        // A retry joins the line anew: of first attempts alone the order is that of the calls.
        if (story.attempts === 1) expect(isSorted(simulation.order)).toBe(true);
        expect(simulation.clock.pending).toBe(0);
        expect(await simulation.free()).toBe(story.maxConcurrent);
      }),
      { numRuns: STORIES },
    );

    expect(ran).toBeGreaterThan(1000);
  });
});
