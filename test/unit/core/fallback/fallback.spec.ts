import { ShutdownError } from '../../../../lib/core/errors/shutdown-error.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import {
  eventsOf,
  noBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const down = new Error('down');
const fails = scripted([down]);
const hangs = (): Promise<never> => new Promise(() => {});

describe('a fallback', () => {
  it.each<[string, NonNullable<PolicyOptions['fallback']>, unknown]>([
    ['a function', () => 'cached', 'cached'],
    ['an async function', () => Promise.resolve('cached'), 'cached'],
    ['a value', { value: 'cached' }, 'cached'],
    ['the value undefined', { value: undefined }, undefined],
    ['the value null', { value: null }, null],
    ['a value made by a function', { value: () => 'made' }, 'made'],
    ['handlers', { handlers: [{ value: 'first' }, () => 'second'] }, 'first'],
    ['a handler that gives undefined', { handlers: [() => undefined, () => 'second'] }, undefined],
  ])('answers as %s', async (_, fallback, answer) => {
    const { policy } = virtualPolicy({ fallback });

    expect(await policy.execute(fails)).toBe(answer);
  });

  it('is not asked where the call succeeds', async () => {
    const fallback = jest.fn();
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff }, fallback });

    expect(await policy.execute(scripted([down, 'fine']))).toBe('fine');
    expect(fallback).not.toHaveBeenCalled();
  });

  it('makes a value given as a function anew for each call', async () => {
    const { policy } = virtualPolicy({ fallback: { value: () => [] } });
    const [first, second] = [await policy.execute(fails), await policy.execute(fails)];

    expect(first).toEqual([]);
    expect(second).not.toBe(first);
  });

  it('gives the handlers the error, the arguments and this, in order until one answers', async () => {
    const calls: unknown[][] = [];
    const handler = (name: string, answer?: string) =>
      function (this: unknown, ...given: unknown[]) {
        calls.push([name, this, ...given]);
        if (answer === undefined) throw new Error(name);
        return answer;
      };
    const { policy } = virtualPolicy({
      fallback: { handlers: [handler('a'), handler('b', 'from b'), handler('c', 'from c')] },
    });
    const service = { charge: policy.wrap((_id: string, _cents: number) => Promise.reject(down)) };

    expect(await service.charge('id', 5)).toBe('from b');
    expect(calls).toEqual([
      ['a', service, down, 'id', 5],
      ['b', service, down, 'id', 5],
    ]);
  });

  it('gives the handlers of execute the arguments that the call names', async () => {
    const { policy } = virtualPolicy({ fallback: (error, id) => [error, id] });

    expect(await policy.execute(fails, { args: ['id'] })).toEqual([down, 'id']);
    expect(await policy.execute(fails)).toEqual([down, undefined]);
  });

  it('is asked once after all attempts', async () => {
    const fallback = jest.fn(() => 'cached');
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff }, fallback });
    const charge = scripted([down]);
    await policy.execute(charge);

    expect(charge.calls).toBe(3);
    expect(fallback).toHaveBeenCalledTimes(1);
  });

  it('answers a total timeout, an open circuit, a permanent error', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: '1s',
      circuitBreaker: {},
      fallback: (error) => error.code ?? error.status,
    });
    const timedOut = watched(policy.execute(hangs));
    await clock.advance('1s');
    const missing = await policy.execute(scripted([Object.assign(new Error('missing'), { status: 404 })]));
    policy.breaker()?.forceOpen();

    expect(timedOut.value).toBe('TIMEOUT_EXCEEDED');
    expect(missing).toBe(404);
    expect(await policy.execute(fails)).toBe('CIRCUIT_OPEN');
  });

  it('is asked once where a timeout and a late rejection race', async () => {
    const fallback = jest.fn(() => 'cached');
    const { policy, clock } = virtualPolicy({ timeout: { total: '1s', attempt: '1s' }, fallback });
    const result = watched(
      policy.execute(() => new Promise((_, reject) => clock.setTimer({ expire: () => reject(down) }, 1000))),
    );
    await clock.advance('2s');

    expect(result.value).toBe('cached');
    expect(fallback).toHaveBeenCalledTimes(1);
  });

  describe('by default', () => {
    it('answers no abort of the caller', async () => {
      const fallback = jest.fn();
      const { policy } = virtualPolicy({ fallback });
      const controller = new AbortController();
      const result = rejection(policy.execute(hangs, { signal: controller.signal }));
      controller.abort('enough');

      expect(await result).toBe('enough');
      expect(fallback).not.toHaveBeenCalled();
    });

    it.each<[string, unknown]>([
      ['a TypeError', new TypeError('x is not a function')],
      ['a ReferenceError', new ReferenceError('x is not defined')],
      ['a shutdown', new ShutdownError()],
    ])('answers no %s', async (_, error) => {
      const { policy } = virtualPolicy({ fallback: { value: 'cached' } });

      expect(await rejection(policy.execute(scripted([error])))).toBe(error);
    });
  });

  describe('with on', () => {
    const answer = async (on: unknown[], error: unknown): Promise<unknown> => {
      const { policy } = virtualPolicy({ fallback: { handlers: [() => 'cached'], on: on as string[] } });
      const result = await policy.tryExecute(() => Promise.reject(error));
      return result.ok ? result.value : 'thrown';
    };
    const missing = Object.assign(new Error('missing'), { status: 404 });
    const broken = new TypeError('x is not a function');

    it.each<[unknown[], unknown, string]>([
      [['notFound'], missing, 'cached'],
      [['notFound'], down, 'thrown'],
      [[404], missing, 'cached'],
      [[(error: Error) => error.message === 'down'], down, 'cached'],
      [[], down, 'thrown'],
      [['programming'], broken, 'cached'],
      [['programming'], down, 'thrown'],
      [['default', 'programming'], down, 'cached'],
      [['default', 'programming'], broken, 'cached'],
      [['default'], broken, 'thrown'],
    ])('%p: %p is %s', async (on, error, expected) => {
      expect(await answer(on, error)).toBe(expected);
    });

    it("answers the caller's abort where it names 'aborted'", async () => {
      const { policy } = virtualPolicy({ fallback: { handlers: [() => 'cached'], on: ['aborted'] } });
      const controller = new AbortController();
      const result = policy.execute(hangs, { signal: controller.signal });
      controller.abort();

      expect(await result).toBe('cached');
      expect(await policy.execute(hangs, { signal: controller.signal })).toBe('cached');
    });
  });

  describe('that fails', () => {
    it('leaves AllFallbacksFailedError: the primary error first and as cause', async () => {
      const [first, second] = [new Error('first'), new Error('second')];
      const { policy } = virtualPolicy({
        fallback: { handlers: [() => Promise.reject(first), scripted([second])] },
      });
      const error = await rejection(policy.execute(fails, { operation: 'Payments.charge' }));

      expect(error).toMatchObject({
        code: 'ALL_FALLBACKS_FAILED',
        policy: 'payments',
        operation: 'Payments.charge',
        message: 'Payments.charge failed, and so did its 2 fallbacks (policy=payments)',
      });
      expect(error).toHaveProperty('errors', [down, first, second]);
      expect((error as Error).cause).toBe(down);
    });

    it('is one failure with one outcome, that of the call itself', async () => {
      const { policy, clock } = virtualPolicy({
        timeout: '1s',
        fallback: () => Promise.reject(new Error('no fallback')),
      });
      const events = eventsOf(policy);
      const result = watched(policy.execute(hangs));
      await clock.advance('1s');

      expect(events.slice(-2)).toEqual([
        expect.objectContaining({ type: 'fallbackFailed', index: 0, error: new Error('no fallback') }),
        expect.objectContaining({ type: 'failure', outcome: 'timeout', error: result.error }),
      ]);
      expect(policy.stats()).toMatchObject({ calls: 1, timeouts: 1, failures: 0, fallbacks: 0 });
    });

    it.each([
      ['throws', () => JSON.parse('{') as never],
      ['rejects', () => Promise.reject(new Error('x'))],
      ['rejects with undefined', () => Promise.reject(undefined)],
    ])('since it %s lets the next one answer', async (_, handler) => {
      const { policy } = virtualPolicy({ fallback: { handlers: [handler, { value: 'second' }] } });

      expect(await policy.execute(fails)).toBe('second');
    });
  });

  describe('with a timeout', () => {
    const slow = (clock: { setTimer: Function }, ms: number, answer: string) => () =>
      new Promise((resolve) => clock.setTimer({ expire: () => resolve(answer) }, ms));

    it('bounds each handler by itself', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const policy = policyOf('p', {
        fallback: {
          handlers: [hangs, slow(engine.clock, 900, 'second')],
          timeout: '1s',
        },
      });
      const events = eventsOf(policy);
      const result = watched(policy.execute(fails));
      await clock.advance(1899);
      expect(result.settled).toBe(false);
      await clock.advance(1);

      expect(result.value).toBe('second');
      expect(clock.pending).toBe(0);
      expect(events.find(({ type }) => type === 'fallbackFailed')).toMatchObject({
        index: 0,
        error: { code: 'TIMEOUT_EXCEEDED', scope: 'fallback', timeout: 1000 },
      });
    });

    it('lets the next one answer for a handler that fails in time', async () => {
      const { policy, clock } = virtualPolicy({
        fallback: { handlers: [() => Promise.reject(down), { value: 'second' }], timeout: '1s' },
      });

      expect(await policy.execute(fails)).toBe('second');
      expect(clock.pending).toBe(0);
    });

    it('observes a handler that fails when its time was up', async () => {
      const { engine, clock, policyOf } = virtualEngine();
      const late = () =>
        new Promise((_, reject) => engine.clock.setTimer({ expire: () => reject(down) }, 2000));
      const policy = policyOf('p', { fallback: { handlers: [late, { value: 'second' }], timeout: '1s' } });
      const result = watched(policy.execute(fails));
      await clock.advance('3s');

      expect(result.value).toBe('second');
    });

    it('leaves no timer behind a handler that answers in time, or at once', async () => {
      const { policy, clock } = virtualPolicy({ fallback: { handlers: [() => 'cached'], timeout: '1s' } });

      expect(await policy.execute(fails)).toBe('cached');
      expect(clock.pending).toBe(0);
    });
  });
});
