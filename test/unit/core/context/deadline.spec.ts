import { scripted } from '../../../../lib/testing/scripted.js';
import { carryingEngine } from '../../../support/attempt-storage.js';
import { EPOCH, plainBackoff, rejection, virtualEngine, watched } from '../../../support/virtual-policy.js';

const down = new Error('down');
const hangs = (): Promise<never> => new Promise(() => {});
/** How an inner call ends is looked at while the outer one still runs. */
const kept = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => hangs());

describe('an inner call keeps to the deadline of the attempt that it is made in', () => {
  it.each([
    ['the total timeout', { total: '2s' }],
    ['the limit of the attempt', { attempt: '2s' }],
    ['the shorter of both', { total: '5s', attempt: '2s' }],
  ])('which is %s', async (_, timeout) => {
    const { clock, policyOf } = carryingEngine();
    const outer = policyOf('outer', { timeout });
    const inner = policyOf('inner', { timeout: '5s', circuitBreaker: { failureThreshold: 1 } });
    let call: Promise<unknown> = Promise.resolve();
    const answer = watched(
      outer.execute(async () => {
        await new Promise<void>((expire) => clock.setTimer({ expire }, 500));
        call = inner.execute(hangs);
        return kept(call);
      }),
    );
    await clock.advance('500ms');
    const end = watched(call);
    await clock.advance(1499);
    expect(end.settled).toBe(false);
    await clock.advance(1);

    expect(end.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline', timeout: 1500 });
    expect(answer.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', policy: 'outer' });
    expect(inner.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
    expect(clock.pending).toBe(0);
  });

  it('however many calls lie between them', async () => {
    const { clock, policyOf } = carryingEngine();
    const [outer, middle, inner] = ['outer', 'middle', 'inner'].map((name, index) =>
      policyOf(name, index === 0 ? { timeout: '1s' } : {}),
    );
    const left: number[] = [];
    const answer = outer?.execute(() =>
      middle?.execute(() => inner?.execute((ctx) => void left.push(ctx.remaining()))),
    );
    await answer;

    expect(left).toEqual([1000]);
    expect(clock.pending).toBe(0);
  });

  it('and may have a shorter limit of its own', async () => {
    const { clock, policyOf } = carryingEngine();
    const inner = policyOf('inner', { timeout: '1s', circuitBreaker: { failureThreshold: 1 } });
    const answer = watched(policyOf('outer', { timeout: '5s' }).execute(() => inner.execute(hangs)));
    await clock.advance('1s');

    expect(answer.error).toMatchObject({ scope: 'total', policy: 'inner', timeout: 1000 });
    expect(inner.breaker()?.snapshot().state).toBe('open');
  });

  it('or a nearer deadline', async () => {
    const { clock, policyOf } = carryingEngine();
    const options = { deadline: EPOCH + 700 };
    const answer = watched(
      policyOf('outer', { timeout: '5s' }).execute(() => policyOf('inner', {}).execute(hangs, options)),
    );
    await clock.advance(700);

    expect(answer.error).toMatchObject({ scope: 'deadline', policy: 'inner', timeout: 700 });
  });

  it('does not wait for a backoff that ends after it', async () => {
    const { clock, policyOf } = carryingEngine();
    const inner = policyOf('inner', { retry: { maxAttempts: 5, backoff: plainBackoff } });
    const charge = scripted([down, down, down, down, down]);
    const answer = watched(policyOf('outer', { timeout: '2500ms' }).execute(() => inner.tryExecute(charge)));
    await clock.advance('1s');

    expect(answer.value).toMatchObject({
      ok: false,
      error: down,
      report: { attempts: 2, reason: 'timeout' },
    });
  });

  it('does not wait for a token or a slot beyond it', async () => {
    const { clock, policyOf } = carryingEngine();
    const limited = policyOf('limited', { rateLimiter: { limit: 1, interval: '10s', maxWait: '20s' } });
    const full = policyOf('full', { bulkhead: { maxConcurrent: 1, maxQueue: 5, queueTimeout: '20s' } });
    void watched(limited.execute(hangs));
    void watched(full.execute(hangs));
    const outer = policyOf('outer', { timeout: '1s' });
    const errors: unknown[] = [];
    const noted = (error: unknown): Promise<never> => {
      errors.push(error);
      return hangs();
    };
    const answer = watched(
      outer.execute(() =>
        Promise.all([limited.execute(hangs).catch(noted), full.execute(hangs).catch(noted)]),
      ),
    );
    expect(await rejection(outer.execute(() => limited.execute(hangs)))).toMatchObject({
      code: 'RATE_LIMITED',
    });
    await clock.advance('1s');

    expect(answer.error).toMatchObject({ scope: 'total', policy: 'outer' });
    expect(errors).toEqual([
      expect.objectContaining({ code: 'RATE_LIMITED' }),
      expect.objectContaining({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline', policy: 'full' }),
    ]);
    expect(clock.pending).toBe(0);
  });

  it('bounds the time of its fallbacks', async () => {
    const { clock, policyOf } = carryingEngine();
    const inner = policyOf('inner', { fallback: { handlers: [hangs, hangs], timeout: '10s' } });
    let end: ReturnType<typeof watched> | undefined;
    const answer = watched(
      policyOf('outer', { timeout: '2s' }).execute(() => {
        const call = inner.execute(() => Promise.reject(down));
        end = watched(call);
        return kept(call);
      }),
    );
    await clock.advance('2s');

    expect(answer.error).toMatchObject({ scope: 'total' });
    expect(end?.error).toMatchObject({ code: 'ALL_FALLBACKS_FAILED' });
    expect(clock.pending).toBe(0);
  });

  it('is refused at once where nobody waits any more', async () => {
    const { clock, policyOf } = carryingEngine();
    const charge = scripted(['fine']);
    const errors: unknown[] = [];
    const inner = policyOf('inner', { timeout: '5s' });
    const late = watched(
      policyOf('outer', { timeout: '1s' }).execute(async () => {
        await new Promise<void>((expire) => clock.setTimer({ expire }, 1500));
        errors.push(await rejection(inner.execute(charge)));
      }),
    );
    await clock.advance('2s');

    expect(late.error).toMatchObject({ scope: 'total', policy: 'outer' });
    expect(errors).toMatchObject([{ code: 'TIMEOUT_EXCEEDED', scope: 'deadline', policy: 'inner' }]);
    expect(charge.calls).toBe(0);
  });

  it('does so on each attempt of a retry anew', async () => {
    const { clock, policyOf } = carryingEngine();
    const outer = policyOf('outer', {
      timeout: { attempt: '1s', total: '10s' },
      retry: { maxAttempts: 2, backoff: plainBackoff },
    });
    const left: number[] = [];
    const answer = watched(
      outer.execute(() =>
        policyOf('inner', {}).execute((ctx) => {
          left.push(ctx.remaining());
          return hangs();
        }),
      ),
    );
    await clock.advance('3s');

    expect(left).toEqual([1000, 1000]);
    expect(answer.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
    expect(clock.pending).toBe(0);
  });

  it('while calls without a storage know nothing of one another', async () => {
    const { clock, policyOf } = virtualEngine();
    const left: number[] = [];
    await policyOf('outer', { timeout: '1s' }).execute(() =>
      policyOf('inner', { timeout: '5s' }).execute((ctx) => void left.push(ctx.remaining())),
    );

    expect(left).toEqual([5000]);
    expect(clock.pending).toBe(0);
  });

  it('and knows of it across engines that share a storage', async () => {
    const first = carryingEngine();
    const second = virtualEngine({ context: first.engine.context! });
    await second.clock.advance('1h');
    const left = await first
      .policyOf('outer', { timeout: '1s' })
      .execute(() => second.policyOf('inner', { timeout: '5s' }).execute((ctx) => ctx.remaining()));

    expect(left).toBe(1000);
  });
});
