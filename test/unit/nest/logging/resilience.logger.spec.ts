import type { ModuleOptions } from '../../../../lib/config/module-options.js';
import { SUCCESS, TIMED_EVENTS } from '../../../../lib/core/events/event-mask.js';
import type { ResilienceEvent } from '../../../../lib/core/events/event-types.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { ResilienceLogger } from '../../../../lib/nest/logging/resilience.logger.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { virtualRuntime } from '../../../support/virtual-runtime.js';

const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:80'), { code: 'ECONNREFUSED' });

const immediate: PolicyOptions = {
  retry: { maxAttempts: 3, backoff: { type: 'fixed', initialDelay: 0 } },
};

/** A logger that takes lines with their levels. */
function logged(options: ModuleOptions) {
  const lines: [string, string][] = [];
  const at =
    (level: string) =>
    (line: string): void =>
      void lines.push([level, line]);
  const logger = {
    log: at('log'),
    error: at('error'),
    warn: at('warn'),
    debug: at('debug'),
    verbose: at('verbose'),
    fatal: at('fatal'),
  };
  const world = virtualRuntime({ logger, ...options });
  return { ...world, lines, log: new ResilienceLogger(world.runtime) };
}

async function fails(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeDefined();
}

describe('ResilienceLogger', () => {
  it('says retries at warn, exhausted and opened at error, closed at log, in the order of events', async () => {
    const { policy, clock, lines } = logged({
      policies: {
        payments: {
          retry: { maxAttempts: 2, backoff: { initialDelay: '1s', jitter: false } },
          circuitBreaker: { failureThreshold: 1, resetTimeout: '10s' },
        },
      },
    });
    const call = fails(policy('payments').execute(scripted([refused])));
    await clock.advance('2s');
    await call;
    await clock.advance('10s');
    await policy('payments').execute(() => 'fine');

    expect(lines).toEqual([
      [
        'error',
        'opened payments (failureThreshold): ECONNREFUSED: connect ECONNREFUSED 10.0.0.1:80 (policy=payments)',
      ],
      ['warn', 'retry 2/2 payments in 1000 ms: ECONNREFUSED (policy=payments)'],
      ['log', 'closed payments (probes) (policy=payments)'],
    ]);
  });

  it('says at error that the attempts are exhausted', async () => {
    const { policy, lines } = logged({ policies: { payments: immediate } });
    await fails(policy('payments').execute(scripted([new Error('boom')])));
    expect(lines).toEqual([
      ['warn', 'retry 2/3 payments in 0 ms: boom (policy=payments)'],
      ['warn', 'retry 3/3 payments in 0 ms: boom (policy=payments)'],
      ['error', 'exhausted 3/3 payments: boom (policy=payments)'],
    ]);
  });

  it('says at warn what is wrong with user code: a listener, a predicate, a retry within a retry', async () => {
    const { policy, lines } = logged({
      logging: { retry: false, exhausted: false },
      policies: {
        inner: immediate,
        outer: immediate,
        careless: {
          circuitBreaker: { recordOn: [() => fault()] },
          on: { failure: () => fault() },
        },
      },
    });
    await fails(policy('careless').execute(scripted([new Error('boom')])));
    const inner = scripted([new Error('boom')]);
    await fails(policy('outer').execute(() => policy('inner').execute(inner)));
    expect(lines).toEqual([
      ['warn', 'careless: recordOn failed and was passed over: RangeError: fault (policy=careless)'],
      ['warn', 'careless: a listener of "failure" failed: RangeError: fault (policy=careless)'],
      ['warn', expect.stringMatching(/^outer: an inner policy has retried and given up already/)],
    ]);
  });

  describe('levels', () => {
    it('are those of the module, one by one', async () => {
      const { policy, lines } = logged({
        logging: { retry: 'debug', exhausted: false, fallbackUsed: true },
        policies: { payments: { ...immediate, fallback: { value: 0 } } },
      });
      await policy('payments').execute(scripted([new Error('boom')]));
      expect(lines.map(([level]) => level)).toEqual(['debug', 'debug', 'warn']);
      expect(lines[2]?.[1]).toBe('fallback 0 answered for payments: boom (policy=payments)');
    });

    it('of a policy go over those of the module', async () => {
      const { policy, lines } = logged({
        logging: { retry: false },
        policies: {
          loud: { ...immediate, logging: { retry: 'fatal', timeout: 'log' } },
          silent: { ...immediate, logging: false },
          usual: { ...immediate, logging: true },
        },
      });
      for (const name of ['loud', 'silent', 'usual']) {
        await fails(policy(name).execute(scripted([new Error('boom')])));
      }
      expect(lines).toEqual([
        ['fatal', expect.stringMatching(/^retry 2\/3 loud/)],
        ['fatal', expect.stringMatching(/^retry 3\/3 loud/)],
        ['error', expect.stringMatching(/^exhausted 3\/3 loud/)],
        ['error', expect.stringMatching(/^exhausted 3\/3 usual/)],
      ]);
    });

    it('of an operation go over those of its policy', async () => {
      const { runtime, lines } = logged({
        policies: { payments: { ...immediate, logging: { retry: false } } },
        operations: {
          'Cards.charge': { logging: { retry: 'debug', fallbackFailed: true, exhausted: false } },
        },
      });
      const run = async (operation: string): Promise<void> => {
        const request = { policy: 'payments', operation, layers: [], standalone: false };
        const pipeline = runtime.policies.policyFor(request).pipelineOf(operation);
        await fails(pipeline!.run(scripted([new Error('boom')]), undefined, null));
      };
      await run('Cards.charge');
      await run('Cards.refund');
      expect(lines).toEqual([
        ['debug', expect.stringMatching(/^retry 2\/3 Cards.charge/)],
        ['debug', expect.stringMatching(/^retry 3\/3 Cards.charge/)],
        ['error', expect.stringMatching(/^exhausted 3\/3 Cards.refund/)],
      ]);
    });

    it('follow a reload', async () => {
      const { runtime, policy, lines } = logged({
        policies: { payments: { ...immediate, logging: { exhausted: false, fallbackUsed: true } } },
      });
      await fails(policy('payments').execute(scripted([new Error('boom')])));
      runtime.update('payments', { logging: { retry: false, fallbackUsed: false } });
      await fails(policy('payments').execute(scripted([new Error('boom')])));
      expect(lines).toHaveLength(2);
      expect(runtime.policies.emitterOf('payments').wants('fallbackUsed')).toBe(false);
    });

    it('of other options take over at once, and what the old ones held back is told', async () => {
      const { runtime, policy, lines } = logged({
        policies: { payments: { ...immediate, logging: { maxPerSecond: 1 } } },
      });
      await fails(policy('payments').execute(scripted([new Error('boom')])));
      runtime.update('payments', { logging: { maxPerSecond: 5 } });
      await fails(policy('payments').execute(scripted([new Error('boom')])));
      expect(lines.map(([, line]) => line.split(':')[0])).toEqual([
        'retry 2/3 payments in 0 ms',
        'and 2 more',
        'retry 2/3 payments in 0 ms',
        'retry 3/3 payments in 0 ms',
        'exhausted 3/3 payments',
      ]);
    });

    it('cannot be given for one call', async () => {
      const { runtime } = virtualRuntime({ policies: { payments: immediate } });
      expect(() =>
        runtime.policies.withOverrides('payments', 'Cards.charge', { logging: { retry: false } }),
      ).toThrow('overrides.logging: log lines follow policies and operations, not calls');
    });
  });

  it('tells a shared circuit once, to whichever of its policies wants it', async () => {
    const breaker = { name: 'shared', failureThreshold: 1 };
    const { policy, lines, runtime } = logged({
      logging: false,
      policies: {
        one: { circuitBreaker: breaker, logging: { opened: true } },
        two: { circuitBreaker: { name: 'shared' }, logging: { opened: 'fatal' } },
        three: { circuitBreaker: { name: 'shared' } },
      },
    });
    for (const name of ['one', 'two', 'three']) await policy(name).execute(() => 'fine');
    await fails(policy('three').execute(scripted([new Error('boom')])));
    expect(lines).toEqual([['error', 'opened shared (failureThreshold): boom (policy=three)']]);
    expect(runtime.engine.events.wants('circuitOpened')).toBe(false);
  });

  describe('the cost of lines that nobody wants', () => {
    it('is nothing: neither successes nor durations are asked for', () => {
      const { runtime } = logged({});
      expect(runtime.engine.events.mask & (SUCCESS | TIMED_EVENTS)).toBe(0);
      expect(runtime.engine.events.wants('attemptFailed')).toBe(false);
      expect(runtime.engine.events.wants('callRejected')).toBe(false);
    });

    it('is paid by that policy alone that wants them', async () => {
      const { runtime, policy } = logged({
        policies: { curious: { logging: { fallbackUsed: true } }, other: {} },
      });
      await policy('curious').execute(() => 'fine');
      await policy('other').execute(() => 'fine');
      expect(runtime.policies.emitterOf('curious').wants('fallbackUsed')).toBe(true);
      expect(runtime.policies.emitterOf('other').wants('fallbackUsed')).toBe(false);
    });

    it.each<[string, ModuleOptions]>([
      ['logging: false', { logging: false }],
      ['logger: false', { logger: false }],
    ])('is nothing at all with %s', (_what, options) => {
      const { runtime, lines } = logged(options);
      expect(runtime.engine.events.mask).toBe(0);
      expect(lines).toEqual([]);
    });
  });

  describe('a flood of lines', () => {
    it('is cut at 10 a second, and the rest is one line when the second is over', async () => {
      const { policy, clock, lines } = logged({ policies: { payments: immediate } });
      for (let call = 0; call < 10; call++) await fails(policy('payments').execute(scripted([refused])));
      expect(lines).toHaveLength(10);
      expect(clock.pending).toBe(1);
      await clock.advance('1s');
      expect(lines).toHaveLength(11);
      expect(lines[10]).toEqual(['error', 'and 20 more: 13 retry, 7 exhausted']);
      expect(clock.pending).toBe(0);
    });

    it('is cut where the module says', async () => {
      const { policy, clock, lines } = logged({
        logging: { maxPerSecond: 1 },
        policies: { payments: immediate },
      });
      await fails(policy('payments').execute(scripted([refused])));
      await clock.advance('1s');
      expect(lines.map(([, line]) => line)).toEqual([
        'retry 2/3 payments in 0 ms: ECONNREFUSED (policy=payments)',
        'and 2 more: 1 retry, 1 exhausted',
      ]);
    });

    it('of a policy with a limit of its own leaves room for the others', async () => {
      const { policy, clock, lines } = logged({
        logging: { maxPerSecond: 3 },
        policies: { noisy: { ...immediate, logging: { maxPerSecond: 1 } }, payments: immediate },
      });
      for (let call = 0; call < 5; call++) await fails(policy('noisy').execute(scripted([refused])));
      await fails(policy('payments').execute(scripted([refused])));
      await clock.advance('1s');
      expect(lines.map(([, line]) => line.split(':')[0])).toEqual([
        'retry 2/3 noisy in 0 ms',
        'retry 2/3 payments in 0 ms',
        'retry 3/3 payments in 0 ms',
        'exhausted 3/3 payments',
        'and 14 more',
      ]);
    });

    it('is reported at once when the application ends, and leaves no timer and no listener', async () => {
      const { runtime, policy, clock, lines, log } = logged({
        logging: { maxPerSecond: 1 },
        policies: {
          payments: immediate,
          noisy: { ...immediate, logging: { maxPerSecond: 1, timeout: true } },
        },
      });
      for (const name of ['payments', 'noisy']) await fails(policy(name).execute(scripted([refused])));
      log.close();
      expect(lines.map(([, line]) => line).filter((line) => line.startsWith('and'))).toEqual([
        'and 2 more: 1 retry, 1 exhausted',
        'and 2 more: 1 retry, 1 exhausted',
      ]);
      expect(clock.pending).toBe(0);
      expect(runtime.policies.emitterOf('noisy').mask).toBe(0);
    });
  });

  describe('a line of the boot', () => {
    it('is one line, at the level that was asked for', () => {
      const { log, lines } = logged({});
      log.log('a\nb');
      log.warn('warned');
      log.debug('x'.repeat(2000));
      expect(lines).toEqual([
        ['log', String.raw`a\nb`],
        ['warn', 'warned'],
        ['debug', `${'x'.repeat(1023)}…`],
      ]);
    });
  });

  describe('a reload', () => {
    it('is one line, and so is one that fails', () => {
      const { runtime, lines } = logged({});
      const common = { policy: '', operation: '', at: 0, callId: '' };
      runtime.engine.events.emit({ ...common, type: 'configReloaded', policies: ['a', 'b'] });
      runtime.engine.events.emit({ ...common, type: 'configReloadFailed', error: new Error('a\nb') });
      expect(lines).toEqual([
        ['log', 'reloaded the options of 2 policies'],
        ['error', String.raw`options were not reloaded, those in force stay: a\nb`],
      ]);
    });
  });

  it('gives a function each event with its line, and what was held back as a diagnostic event', async () => {
    const seen: [ResilienceEvent, string][] = [];
    const { policy, clock } = logged({
      logger: (event, line) => void seen.push([event, line]),
      logging: { maxPerSecond: 1 },
      policies: { payments: immediate },
    });
    await fails(policy('payments').execute(scripted([refused])));
    await clock.advance('1s');
    expect(seen).toEqual([
      [
        expect.objectContaining({ type: 'retry', attempt: 2, error: refused }),
        'retry 2/3 payments in 0 ms: ECONNREFUSED (policy=payments)',
      ],
      [
        expect.objectContaining({ type: 'diagnostic', source: 'logging', callId: '' }),
        'and 2 more: 1 retry, 1 exhausted',
      ],
    ]);
  });

  it('never writes arguments', async () => {
    const { policy, lines } = logged({ policies: { payments: immediate } });
    const charge = policy('payments').wrap(async (card: string) =>
      Promise.reject(new Error(`down${card.length}`)),
    );
    await fails(charge('4242-secret'));
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('4242');
  });
});

function fault(): never {
  throw new RangeError('fault');
}
