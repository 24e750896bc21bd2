import type { ChaosOptions } from '../../../../lib/core/chaos/chaos-options.js';
import { ChaosError } from '../../../../lib/core/chaos/chaos.js';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import {
  noBackoff,
  rejection,
  virtualEngine,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

function chaotic(chaos: ChaosOptions, options: NamedPolicyOptions = {}, random: () => number = () => 0.5) {
  return virtualPolicy({ ...options, chaos: { enabled: true, ...chaos } }, { random });
}

describe('chaos', () => {
  it('does nothing unless it is enabled', async () => {
    const operation = jest.fn(() => 'fine');
    const { policy, clock } = chaotic({ enabled: false, errorRatio: 1, latency: '1s' });

    expect(await policy.execute(operation)).toBe('fine');
    expect(clock.pending).toBe(0);
  });

  it.each([
    // errorRatio, u, fails where u < errorRatio
    [0, 0, false],
    [0.5, 0.49, true],
    [0.5, 0.5, false],
    [1, 0.99, true],
  ])('with errorRatio %d and u = %d fails the attempt: %p', async (errorRatio, u, fails) => {
    const operation = jest.fn(() => 'fine');
    const { policy } = chaotic({ errorRatio }, {}, () => u);
    const result = await policy.tryExecute(operation);

    expect(result.ok).toBe(!fails);
    expect(operation).toHaveBeenCalledTimes(fails ? 0 : 1);
    if (!result.ok) {
      expect(result.error).toBeInstanceOf(ChaosError);
      expect(result.error).toMatchObject({ code: 'CHAOS', message: 'injected by chaos' });
    }
  });

  it('fails attempts, not calls: the retry and the circuit see its faults', async () => {
    const draws = [0.1, 0.1, 0.9];
    const operation = jest.fn(() => 'fine');
    const { policy } = chaotic(
      { errorRatio: 0.5 },
      { retry: { backoff: { ...noBackoff, jitter: false } }, circuitBreaker: {} },
      () => draws.shift() ?? 0,
    );

    expect(await policy.execute(operation)).toBe('fine');
    expect(policy.stats()).toMatchObject({ attempts: 3, retries: 2 });
    expect(operation).toHaveBeenCalledTimes(1);
  });

  it('throws the error that the user makes', async () => {
    const error = new Error('mine');
    const { policy } = chaotic({ errorRatio: 1, error: () => error });

    expect(await rejection(policy.execute(() => 'fine'))).toBe(error);
  });

  it('delays each attempt by its latency', async () => {
    const operation = jest.fn(() => 'fine');
    const { policy, clock } = chaotic({ latency: '2s' });
    const result = watched(policy.execute(operation));
    await clock.advance(1999);
    expect(operation).not.toHaveBeenCalled();
    await clock.advance(1);

    expect(result.value).toBe('fine');
    expect(clock.pending).toBe(0);
  });

  describe('with a latency', () => {
    it('that outlasts the attempt timeout ends with it, runs nothing and leaves no timer', async () => {
      const operation = jest.fn(() => 'fine');
      const { policy, clock } = chaotic(
        { latency: '1m' },
        { timeout: { attempt: '1s' }, retry: { maxAttempts: 2, backoff: noBackoff } },
      );
      const result = watched(policy.execute(operation));
      await clock.advance('2s');
      await nextTurn();

      expect(result.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'attempt' });
      expect(clock.pending).toBe(0);
      await clock.advance('5m');
      expect(operation).not.toHaveBeenCalled();
    });

    it('that outlasts the total timeout ends with it', async () => {
      const operation = jest.fn(() => 'fine');
      const { policy, clock } = chaotic({ latency: '1m' }, { timeout: '1s' });
      const result = watched(policy.execute(operation));
      await clock.advance('1s');

      expect(result.error).toMatchObject({ scope: 'total' });
      expect(clock.pending).toBe(0);
      expect(operation).not.toHaveBeenCalled();
    });

    it('keeps the this and the arguments of a wrapped function', async () => {
      const { policy, clock } = chaotic({ latency: 5 });
      const service = {
        name: 'psp',
        charge: policy.wrap(function (this: any, id: string) {
          return `${this.name} ${id}`;
        }),
      };
      const result = service.charge('id');
      await clock.advance(5);

      expect(await result).toBe('psp id');
    });
  });

  it('without a latency lets the operation run at once, as without chaos', () => {
    const operation = jest.fn(() => 'fine');
    const { policy } = chaotic({ errorRatio: 0 });
    void policy.execute(operation);

    expect(operation).toHaveBeenCalledTimes(1);
  });

  it('ends its latency where the grace of a shutdown is over and the signal was read', async () => {
    const { engine, clock, policyOf } = virtualEngine();
    const policy = policyOf('p', { chaos: { latency: '1m', enabled: true } });
    const operation = jest.fn(() => 'fine');
    const result = watched(policy.execute(operation));
    engine.abortRunning();
    await nextTurn();

    // Nobody has read the signal yet: there is nothing to abort, and the attempt goes on.
    expect(result.settled).toBe(false);
    await clock.advance('1m');
    expect(result.value).toBe('fine');
  });
});
