import fc from 'fast-check';
import { carryingEngine } from '../support/attempt-storage.js';
import { watched } from '../support/virtual-policy.js';

const down = new Error('down');
const ms = fc.integer({ min: 1, max: 5000 });
const maybe = fc.option(ms, { nil: undefined });

const limits = fc.record({ total: ms, attempt: maybe });
const retry = fc.record({ maxAttempts: fc.integer({ min: 1, max: 4 }), initialDelay: fc.nat(2000) });
/** What each invocation of the inner operation does: takes so long, and fails or not. */
const turns = fc.array(fc.record({ takes: fc.nat(3000), fails: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

describe('a call within a call', () => {
  it('neither runs, waits nor begins an attempt beyond the limits of the outer one', async () => {
    await fc.assert(
      fc.asyncProperty(limits, limits, retry, retry, turns, async (outside, inside, again, inner, script) => {
        const { clock, policyOf } = carryingEngine();
        const backoff = (initialDelay: number) => ({ initialDelay, jitter: false });
        const outerPolicy = policyOf('outer', {
          timeout: { total: outside.total, attempt: outside.attempt ?? false },
          retry: { maxAttempts: again.maxAttempts, backoff: backoff(again.initialDelay), nested: 'allow' },
        });
        const innerPolicy = policyOf('inner', {
          timeout: { total: inside.total, attempt: inside.attempt ?? false },
          retry: { maxAttempts: inner.maxAttempts, backoff: backoff(inner.initialDelay) },
        });
        const beyond: string[] = [];
        let turn = 0;
        const answer = watched(
          outerPolicy.execute(async (ctx) => {
            const until = clock.now() + ctx.remaining();
            const check = (what: string): void => {
              if (clock.now() > until) beyond.push(what);
            };
            try {
              return await innerPolicy.execute(async (innerCtx) => {
                check('began');
                if (clock.now() + innerCtx.remaining() > until) beyond.push('limit');
                const { takes, fails } = script[turn++ % script.length]!;
                await new Promise<void>((expire) => clock.setTimer({ expire }, takes));
                if (fails) throw down;
              });
            } finally {
              check('ended');
            }
          }),
        );
        await clock.advance(outside.total);
        expect(answer.settled).toBe(true);
        await clock.advance(3000); // what the operation itself has set
        expect(beyond).toEqual([]);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
