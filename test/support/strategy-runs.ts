import type { NamedPolicyOptions } from '../../lib/core/create-policy.js';
import { AdaptiveThrottle } from '../../lib/core/adaptive-throttle/adaptive-throttle.js';
import { resolveAdaptiveThrottle } from '../../lib/core/adaptive-throttle/adaptive-throttle-options.js';
import type { AttemptContext } from '../../lib/core/attempt-context.js';
import type { VirtualClock } from '../../lib/testing/virtual-clock.js';
import { virtualClock, virtualPolicy } from './virtual-policy.js';

/** What the pages on strategies print, as the engine really does it. */
export const strategyRuns: Readonly<Record<string, () => Promise<string>>> = {
  retry: () =>
    run({ retry: { backoff: { jitter: false } } }, async ({ policy, say }) => {
      await told(say, 'the call', () =>
        policy.execute((ctx) => {
          say(`attempt ${ctx.attempt} ${ctx.attempt < 3 ? 'fails with ECONNREFUSED' : 'succeeds'}`);
          if (ctx.attempt < 3) throw refused();
        }),
      );
    }),

  'circuit-breaker': () =>
    run({ circuitBreaker: { failureThreshold: 3, resetTimeout: '5s' } }, async ({ policy, clock, say }) => {
      for (let second = 0; second < 10; second++) {
        const before = policy.breaker()?.snapshot().state;
        const outcome = await policy.tryExecute(() => {
          if (clock.now() < 7_000) throw refused();
        });
        const after = policy.breaker()?.snapshot().state;
        const ending = outcome.ok ? 'succeeds' : `fails with ${codeOf(outcome.error)}`;
        say(`call ${second + 1} ${ending}, ${before === after ? before : `${before} → ${after}`}`);
        await elapse(clock, 1_000);
      }
    }),

  timeout: () =>
    run(
      {
        timeout: { total: '5s', attempt: '2s' },
        retry: { backoff: { type: 'fixed', initialDelay: '1s', jitter: false } },
      },
      async ({ policy, say }) => {
        await told(say, 'the call', () => policy.execute((ctx) => hanging(ctx, say, 'attempt')));
      },
    ),

  bulkhead: () =>
    run({ bulkhead: { maxConcurrent: 2, maxQueue: 1 } }, async ({ policy, clock, say }) => {
      const calls = [1, 2, 3, 4].map((call) =>
        told(say, `call ${call}`, () =>
          policy.execute(async () => {
            say(`call ${call} is invoked`);
            await elapse(clock, 100);
          }),
        ),
      );
      await Promise.all(calls);
    }),

  'rate-limiter': () =>
    run(
      { rateLimiter: { limit: 5, interval: '1s', burst: 2, maxWait: '200ms' } },
      async ({ policy, say }) => {
        const calls = [1, 2, 3, 4].map((call) =>
          told(say, `call ${call}`, () => policy.execute(() => say(`call ${call} is invoked`))),
        );
        await Promise.all(calls);
      },
    ),

  'adaptive-throttle': async () =>
    [100, 50, 40, 25, 10, 0]
      .map((accepts) => {
        const refused = Math.round(probability(100, accepts) * 100);
        return `100 requests, ${String(accepts).padStart(3)} accepted  ${String(refused).padStart(2)} % refused`;
      })
      .join('\n'),

  hedging: () =>
    run({ idempotent: true, hedge: { delay: '100ms' } }, async ({ policy, clock, say }) => {
      let invocations = 0;
      await told(say, 'the call', () =>
        policy.execute(async (ctx) => {
          const number = ++invocations;
          say(`invocation ${number} begins`);
          ctx.signal.addEventListener('abort', () => say(`invocation ${number} is told to stop`));
          await elapse(clock, number === 1 ? 800 : 50);
        }),
      );
    }),

  fallback: () =>
    run(
      {
        fallback: {
          handlers: [
            () => {
              throw refused();
            },
            { value: 'the last known rate' },
          ],
        },
      },
      async ({ policy, say }) => {
        policy.events.on('fallbackFailed', ({ index }) => say(`fallback ${index} fails`));
        policy.events.on('fallbackUsed', ({ index }) => say(`fallback ${index} answers`));
        await told(say, 'the call', () =>
          policy.execute(() => {
            say('the operation fails with ECONNREFUSED');
            throw refused();
          }),
        );
      },
    ),
};

type Say = (what: string) => void;
type Made = ReturnType<typeof virtualPolicy> & { readonly say: Say };

/** One line for each thing that happens, with the time; ends when nothing waits any more. */
async function run(options: NamedPolicyOptions, play: (made: Made) => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const { policy, clock } = virtualPolicy(options);
  const say: Say = (what) => {
    lines.push(`${String(clock.now()).padStart(5)} ms  ${what}`);
  };
  let isOver = false;
  const played = play({ policy, clock, say }).finally(() => (isOver = true));
  while (!isOver) await clock.advance(50);
  await played;
  await policy.dispose();
  return lines.join('\n');
}

async function told(say: Say, what: string, call: () => Promise<unknown>): Promise<void> {
  try {
    const value = await call();
    say(`${what} ends${value === undefined ? '' : ` with ${JSON.stringify(value)}`}`);
  } catch (error) {
    const { retryAfter } = error as { retryAfter?: number };
    say(
      `${what} ends with ${codeOf(error)}${retryAfter === undefined ? '' : `, retryAfter ${retryAfter} ms`}`,
    );
  }
}

function hanging(ctx: AttemptContext, say: Say, what: string): Promise<never> {
  say(`${what} ${ctx.attempt} is invoked and hangs`);
  ctx.signal.addEventListener('abort', () => say(`${what} ${ctx.attempt} is aborted`));
  return new Promise(() => undefined);
}

function elapse(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer({ expire: resolve }, ms);
  });
}

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}

function codeOf(error: unknown): string {
  return String((error as { code: unknown }).code);
}

function probability(requests: number, accepts: number): number {
  const owner = { settings: resolveAdaptiveThrottle(), clock: virtualClock(), turned: () => undefined };
  const throttle = new AdaptiveThrottle(owner, undefined);
  for (let refused = accepts; refused < requests; refused++) throttle.refused();
  for (let accept = 0; accept < accepts; accept++) throttle.accepted();
  return throttle.probability();
}
