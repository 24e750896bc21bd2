import type { ModuleOptions } from '../../../lib/config/module-options.js';
import type { CallMeter } from '../../../lib/core/events/call-meter.js';
import { callReport } from '../../../lib/core/call-report.js';
import { recordAttempt } from '../../../lib/nest/runtime/record-attempt.js';
import { scripted } from '../../../lib/testing/scripted.js';
import { rejection } from '../../support/virtual-policy.js';
import { virtualRuntime } from '../../support/virtual-runtime.js';

const down = new Error('down');
const noDelay = { type: 'fixed', initialDelay: 0 } as const;
const methods = ['succeeded', 'ended', 'attempted', 'refused', 'fellBack'] as const;

/** A meter that writes down what it is told. */
function noting(told: unknown[]): CallMeter {
  const note = (method: string) => [method, (...args: unknown[]) => told.push([method, ...args])] as const;
  return Object.fromEntries(methods.map(note)) as unknown as CallMeter;
}

function measured(policies: NonNullable<ModuleOptions['policies']>) {
  const world = virtualRuntime({ policies });
  const told: unknown[] = [];
  const stop = world.runtime.engine.stats.measure(() => noting(told));
  return { ...world, told, stop };
}

describe('the meter of an operation', () => {
  it('is told of a call that succeeds at once how long it took, though nobody gets an event', async () => {
    const { policy, clock, told } = measured({
      p: { retry: {}, circuitBreaker: {}, fallback: { value: 1 } },
    });
    const call = policy('p').execute(
      () => new Promise((resolve) => clock.setTimer({ expire: () => resolve(1) }, 30)),
    );
    await clock.advance(30);
    await call;
    expect(told).toEqual([['succeeded', 1, 30]]);
  });

  it('is told of every attempt, and of the whole time from the first on', async () => {
    const { policy, clock, told } = measured({
      p: { retry: { maxAttempts: 3, backoff: { type: 'fixed', initialDelay: '1s', jitter: false } } },
    });
    const call = policy('p').execute(scripted([down, down, 'fine']));
    await clock.advance('3s');
    await call;
    expect(told).toEqual([
      ['attempted', 1, 'failure'],
      ['attempted', 2, 'failure'],
      ['succeeded', 3, 2000],
    ]);
  });

  it.each([{ total: '1s' }, { attempt: '1s' }])('is told of a limit %j that ran out', async (timeout) => {
    const { policy, clock, told } = measured({ p: { timeout } });
    await clock.advance(7);
    const error = rejection(policy('p').execute(() => new Promise(() => undefined)));
    await clock.advance('1s');
    expect(callReport(await error)).toMatchObject({ duration: 1000 });
    expect(told).toEqual([
      ['attempted', 1, 'timeout'],
      ['ended', 'timeout', 1000],
    ]);
  });

  it('is told that a last result was refused, though the call ends with it', async () => {
    const { policy, told } = measured({ p: { retry: { maxAttempts: 1, retryResult: () => true } } });
    await policy('p').execute(() => 0);
    expect(told).toEqual([
      ['attempted', 1, 'failure'],
      ['ended', 'success', 0],
    ]);
  });

  it('is told of the fallback handlers that were asked', async () => {
    const { policy, told } = measured({
      p: { fallback: { handlers: [() => Promise.reject(down), { value: 1 }] } },
    });
    await policy('p').execute(scripted([down]));
    expect(told).toEqual([
      ['attempted', 1, 'failure'],
      ['fellBack', 0, 'failure'],
      ['fellBack', 1, 'success'],
      ['ended', 'fallback', 0],
    ]);
  });

  it('is told who refused an attempt', async () => {
    const { policy, told, runtime } = measured({
      guarded: { circuitBreaker: { failureThreshold: 1 } },
      limited: { rateLimiter: { limit: 1 } },
    });
    await rejection(policy('guarded').execute(scripted([down])));
    await policy('limited').execute(() => 1);
    told.length = 0;
    await rejection(policy('guarded').execute(() => 1));
    await rejection(policy('limited').execute(() => 1));
    runtime.engine.stop();
    await rejection(policy('limited').execute(() => 1));
    expect(told).toEqual([
      ['refused', 1, 'circuitBreaker', 'guarded'],
      ['ended', 'rejected', 0],
      ['refused', 1, 'rateLimiter', undefined],
      ['ended', 'rejected', 0],
      ['refused', 1, 'shutdown', undefined],
      ['ended', 'rejected', NaN],
    ]);
  });

  it('is told of calls that an open circuit refuses and a constant answers', async () => {
    const { policy, told } = measured({
      p: { circuitBreaker: { failureThreshold: 1 }, fallback: { value: 1 } },
    });
    await policy('p').execute(scripted([down]));
    told.length = 0;
    expect(await policy('p').execute(() => 2)).toBe(1);
    expect(told).toEqual([
      ['refused', 1, 'circuitBreaker', 'p'],
      ['fellBack', 0, 'success'],
      ['ended', 'fallback', 0],
    ]);
  });

  it('is told of attempts that were made elsewhere', () => {
    const { runtime, told } = measured({ p: {} });
    const attempt = { policy: 'p', operation: 'S3.put', attempt: 2 };
    recordAttempt(runtime, { ...attempt, outcome: 'failure', error: down });
    recordAttempt(runtime, { ...attempt, outcome: 'success' });
    expect(told).toEqual([
      ['attempted', 2, 'failure'],
      ['attempted', 2, 'success'],
    ]);
  });
});

describe('measuring', () => {
  it('may begin and end at any time; a call that had begun before has no duration', async () => {
    const { policy, clock, runtime } = virtualRuntime({ policies: { p: { retry: { backoff: noDelay } } } });
    const told: unknown[] = [];
    const call = policy('p').execute(async () => {
      await new Promise<void>((resolve) => clock.setTimer({ expire: resolve }, 10));
      throw down;
    });
    const stop = runtime.engine.stats.measure(() => noting(told));
    const failed = rejection(call);
    await clock.advance(100);
    await failed;
    expect(told.at(-1)).toEqual(['ended', 'failure', NaN]);
    stop();
    told.length = 0;
    await policy('p').execute(() => 1);
    expect(told).toEqual([]);
  });

  it('may be done by several, each with meters of its own for every policy and operation', async () => {
    const { policy, runtime } = virtualRuntime({ policies: { p: {} } });
    await policy('p').execute(() => 1, { operation: 'before' });
    const told: unknown[] = [];
    const factory = (policy: string, operation: string): CallMeter => {
      const own: unknown[] = [];
      told.push([policy, operation, own]);
      return noting(own);
    };
    const stops = [factory, factory].map((each) => runtime.engine.stats.measure(each));
    told.length = 0;
    await policy('p').execute(() => 1, { operation: 'after' });
    await rejection(policy('p').execute(scripted([down]), { operation: 'after' }));
    const calls = [
      ['succeeded', 1, 0],
      ['attempted', 1, 'failure'],
      ['ended', 'failure', 0],
    ];
    expect(told).toEqual([
      ['p', 'after', calls],
      ['p', 'after', calls],
    ]);
    stops[0]?.();
    expect(runtime.engine.stats.of('p', 'before').meter).not.toBeNull();
    stops[1]?.();
    expect(runtime.engine.stats.of('p', 'before').meter).toBeNull();
  });
});
