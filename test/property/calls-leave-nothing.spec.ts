import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import type { AttemptContext } from '../../lib/core/attempt-context.js';
import { Engine } from '../../lib/core/engine.js';
import type { ResilienceEvent } from '../../lib/core/events/event-types.js';
import type { Interruption } from '../../lib/core/interruption.js';
import { resolvePolicy, type PolicyOptions } from '../../lib/core/policy-options.js';
import { Policy } from '../../lib/core/policy.js';
import type { AbortWatcher } from '../../lib/core/signal-hub.js';
import { nextTurn } from '../../lib/core/time/system-clock.js';
import { StepClock } from '../support/step-clock.js';

/** What the operation does in one attempt. */
interface Step {
  readonly kind: 'returns' | 'throws' | 'resolves' | 'rejects' | 'obeys' | 'hangs';
  readonly error: 'down' | 'missing' | 'busy' | 'broken';
  readonly ms: number;
}

/** One call, and what its caller does. */
interface CallPlan {
  readonly startsAt: number;
  readonly steps: readonly Step[];
  readonly abortsAfter: number;
  readonly deadlineAfter: number | undefined;
  readonly idempotent: boolean | undefined;
  /** Calls without options, and those of adapters, take the fast lane where nobody listens to each of them. */
  readonly way: 'options' | 'plain' | 'adapter';
}

const errors = {
  down: () => Object.assign(new Error('down'), { code: 'ECONNRESET' }),
  missing: () => Object.assign(new Error('missing'), { status: 404 }),
  busy: () => Object.assign(new Error('busy'), { status: 503, headers: { 'retry-after': '1' } }),
  broken: () => new TypeError('broken'),
};

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('returns', 'throws', 'resolves', 'rejects', 'rejects', 'obeys', 'hangs'),
  error: fc.constantFrom('down', 'down', 'missing', 'busy', 'broken'),
  ms: fc.nat(400),
});

const call: fc.Arbitrary<CallPlan> = fc.record({
  startsAt: fc.nat(3000),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  abortsAfter: fc.oneof(fc.nat(2000), fc.constant(100_000)),
  deadlineAfter: fc.option(fc.integer({ min: -10, max: 3000 }), { nil: undefined }),
  idempotent: fc.option(fc.boolean(), { nil: undefined }),
  way: fc.constantFrom('options', 'plain', 'adapter'),
});

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | false> =>
  fc.oneof(fc.constant<false>(false), arbitrary);

const policyOptions = fc.record({
  timeout: maybe(
    fc.record({ total: fc.integer({ min: 1, max: 3000 }), attempt: fc.integer({ min: 1, max: 600 }) }),
  ),
  retry: maybe(
    fc.record({
      maxAttempts: fc.integer({ min: 1, max: 5 }),
      backoff: fc.record({ initialDelay: fc.nat(300), jitter: fc.boolean() }),
      budget: fc.constantFrom<boolean[]>(true, false),
      retryOn: fc.constantFrom(['default'], ['default', 'rejected']),
      wrapExhausted: fc.boolean(),
      retryResult: maybe(fc.constant((value: unknown) => value === 'returned')),
    }),
  ),
  circuitBreaker: maybe(
    fc.record({
      failureThreshold: fc.integer({ min: 1, max: 3 }),
      resetTimeout: fc.integer({ min: 1, max: 500 }),
      per: fc.constantFrom('attempt', 'call'),
      halfOpenTimeout: fc.integer({ min: 1, max: 500 }),
    }),
  ),
  fallback: maybe(
    fc.record({
      handlers: fc.constantFrom(
        [() => 'cached'],
        [() => Promise.reject(new Error('no fallback'))],
        [() => new Promise(() => {}), () => 'second'],
      ),
      // A handler that hangs would, after the caller's abort, hang forever without it.
      timeout: fc.constant(200),
      on: fc.constantFrom<string[][]>(['default'], ['default', 'aborted'], ['network']),
    }),
  ),
  bulkhead: maybe(
    fc.record({
      maxConcurrent: fc.integer({ min: 1, max: 3 }),
      maxQueue: fc.nat(3),
      queueTimeout: fc.constantFrom(false, 100),
      releaseOn: fc.constantFrom('settled', 'answered'),
      adaptive: maybe(fc.constant({ min: 1, max: 4 })),
    }),
  ),
  rateLimiter: maybe(
    fc.record({
      limit: fc.integer({ min: 1, max: 5 }),
      burst: fc.integer({ min: 1, max: 5 }),
      maxWait: fc.constantFrom(0, 300, 5000),
    }),
  ),
  adaptiveThrottle: maybe(fc.constant({ window: 1000 })),
  hedge: maybe(
    fc.record({
      delay: fc.constantFrom(0, 30, 200),
      maxHedges: fc.integer({ min: 1, max: 2 }),
      budget: fc.constant({ ratio: 1 }),
    }),
  ),
  chaos: maybe(
    fc.record({ errorRatio: fc.constantFrom(0, 0.3), latency: fc.nat(200), enabled: fc.constant(true) }),
  ),
}) as unknown as fc.Arbitrary<PolicyOptions>;

const outcomes = new Set(['success', 'failure', 'fallbackUsed']);

class Simulation {
  readonly clock = new StepClock();
  readonly engine: Engine;
  readonly policy: Policy;
  readonly events: ResilienceEvent[] = [];
  readonly signals: AbortSignal[] = [];
  settled = 0;
  tooMany = 0;
  /** Invocations of calls, or attempts, that an open circuit should have refused. */
  unasked = 0;
  /** Invocations that have not settled. */
  running = 0;
  private hasPlain = false;

  constructor(
    private readonly options: PolicyOptions,
    { seed, isHeard }: { readonly seed: number; readonly isHeard: boolean },
  ) {
    let state = seed;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    this.engine = new Engine({ clock: this.clock, random });
    this.policy = new Policy(this.engine, resolvePolicy('p', options));
    if (isHeard) this.policy.events.onAny((event) => this.events.push(event));
  }

  start(plan: CallPlan): void {
    const { clock } = this;
    this.hasPlain ||= plan.way === 'plain';
    clock.setTimer({ expire: () => void this.run(plan) }, plan.startsAt);
  }

  private async run(plan: CallPlan): Promise<void> {
    let calls = 0;
    const operation = (ctx: AttemptContext): unknown => {
      this.askBreaker(calls === 0);
      const step = plan.steps[calls++ % plan.steps.length] as Step;
      return this.invoke(this.ending(step, plan), ctx);
    };
    if (plan.way === 'plain') await this.policy.execute(operation).catch(() => undefined);
    else if (plan.way === 'options') await this.runWithOptions(operation, plan);
    else await this.runForCaller(operation, plan);
    this.settled++;
    const attempts = this.options.retry ? (this.options.retry.maxAttempts ?? 3) : 1;
    const { hedge } = this.options;
    const mayHedge = hedge && plan.idempotent === true && plan.way === 'options';
    if (calls > attempts * (1 + (mayHedge ? (hedge.maxHedges ?? 1) : 0))) this.tooMany++;
  }

  /** Nothing but a limit ends a call without options that waits for ever, be it for the slot of another one. */
  private ending(step: Step, { way }: CallPlan): Step {
    const waits = this.hasPlain && (step.kind === 'hangs' || (way === 'plain' && step.kind === 'obeys'));
    return waits && this.options.timeout === false ? { ...step, kind: 'resolves' } : step;
  }

  /** As an interceptor does, whose client leaves after a while. */
  private async runForCaller(
    operation: (ctx: AttemptContext) => unknown,
    { abortsAfter }: CallPlan,
  ): Promise<void> {
    let watcher: AbortWatcher | undefined;
    const caller = {
      left: null as Interruption | null,
      watch: (call: AbortWatcher) => void (watcher = call),
      mayRepeat: () => true,
    };
    const leave = (): void => {
      caller.left = { kind: 'aborted', error: new Error('gone') };
      watcher?.aborted(caller.left);
    };
    const timer = this.clock.setTimer({ expire: leave }, abortsAfter);
    await this.policy
      .pipelineOf()
      ?.runFor(operation, { args: [], caller })
      .catch(() => undefined);
    this.clock.clearTimer(timer);
  }

  private async runWithOptions(
    operation: (ctx: AttemptContext) => unknown,
    { abortsAfter, deadlineAfter, idempotent }: CallPlan,
  ): Promise<void> {
    const { clock } = this;
    const controller = new AbortController();
    this.signals.push(controller.signal);
    clock.setTimer({ expire: () => controller.abort(new Error('enough')) }, abortsAfter);
    await this.policy.tryExecute(operation, {
      signal: controller.signal,
      ...(deadlineAfter === undefined ? {} : { deadline: clock.epoch() + deadlineAfter }),
      ...(idempotent === undefined ? {} : { idempotent }),
    });
  }

  /** Chaos delays what has been let through. */
  private askBreaker(isFirst: boolean): void {
    const { circuitBreaker, chaos } = this.options;
    if (!circuitBreaker || chaos || (circuitBreaker.per === 'call' && !isFirst)) return;
    if (this.policy.breaker()?.snapshot().state === 'open') this.unasked++;
  }

  /** Counts those that have not settled: they hold their slots. */
  private invoke(step: Step, ctx: AttemptContext): unknown {
    const result = this.perform(step, ctx);
    if (!(result instanceof Promise)) return result;
    this.running++;
    const settled = (): void => void this.running--;
    result.then(settled, settled);
    return result;
  }

  private perform({ kind, error, ms }: Step, ctx: AttemptContext): unknown {
    if (kind === 'returns') return 'returned';
    if (kind === 'throws') throw errors[error]();
    if (kind === 'hangs') return new Promise(() => {});
    if (kind === 'resolves') return this.clock.wait(ms).then(() => 'resolved');
    if (kind === 'rejects') return this.clock.wait(ms).then(() => Promise.reject(errors[error]()));
    const { signal } = ctx;
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }
}

describe('whatever calls, callers and shutdowns do', () => {
  it('each call has one outcome, and nothing of it stays behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        policyOptions,
        fc.array(call, { minLength: 1, maxLength: 6 }),
        fc.option(fc.nat(4000), { nil: undefined }),
        fc.record({ seed: fc.integer({ min: 1, max: 1_000_000 }), isHeard: fc.boolean() }),
        async (options, plans, drainsAt, { seed, isHeard }) => {
          const simulation = new Simulation(options, { seed, isHeard });
          const { clock, engine, policy, events } = simulation;
          for (const plan of plans) simulation.start(plan);
          if (drainsAt !== undefined) {
            clock.setTimer({ expire: () => engine.drain() }, drainsAt);
            clock.setTimer({ expire: () => engine.abortRunning() }, drainsAt + 300);
          }
          await clock.runUntil(300_000);
          await nextTurn();

          expect(simulation.settled).toBe(plans.length);
          expect([simulation.tooMany, simulation.unasked]).toEqual([0, 0]);
          expect(clock.pending).toBe(0);
          expect([engine.waits.size, engine.abortables.size]).toEqual([0, 0]);
          for (const signal of simulation.signals) expect(getEventListeners(signal, 'abort')).toHaveLength(0);
          for (const { probes } of policy.breakers()) expect(probes).toBe(0);
          const bulkheads = [...engine.bulkheads.all()].flatMap((shared) => [...shared.all()]);
          const limiters = [...engine.limiters.all()].flatMap((shared) => [...shared.all()]);
          for (const { queued } of [...bulkheads, ...limiters]) expect(queued).toBe(0);
          const held =
            typeof options.bulkhead === 'object' && options.bulkhead.releaseOn === 'settled'
              ? simulation.running
              : 0;
          for (const { inFlight, abandoned } of bulkheads)
            expect([inFlight, abandoned]).toEqual([held, held]);
          const byCall = new Map<string, string[]>();
          for (const { callId, type } of events) {
            if (outcomes.has(type)) byCall.set(callId, [...(byCall.get(callId) ?? []), type]);
          }
          expect(byCall.size).toBe(isHeard ? plans.length : 0);
          for (const ended of byCall.values()) expect(ended).toHaveLength(1);
          const stats = policy.stats();
          const { successes, failures, rejections, timeouts, aborted, fallbacks } = stats;
          expect(stats.calls).toBe(plans.length);
          expect(successes + failures + rejections + timeouts + aborted + fallbacks).toBe(plans.length);
          const started = events.filter(({ type }) => type === 'attemptStarted');
          expect(started).toHaveLength(isHeard ? stats.attempts : 0);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
