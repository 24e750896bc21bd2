import { isResilienceError } from '../../../../lib/core/errors/is-resilience-error.js';
import { PermanentError } from '../../../../lib/core/errors/permanent-error.js';
import { callReport } from '../../../../lib/core/call-report.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import {
  noBackoff,
  plainBackoff,
  rejection,
  virtualPolicy,
  watched,
} from '../../../support/virtual-policy.js';

const down = (number: number): Error => Object.assign(new Error(`down ${number}`), { code: 'ECONNRESET' });

function withRetryAfter(seconds: number): Error {
  return Object.assign(new Error('busy'), { status: 503, headers: { 'retry-after': String(seconds) } });
}

describe('what a call throws', () => {
  describe('when its attempts run out', () => {
    it('is the last error as it is', async () => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff } });
      const errors = [down(1), down(2), down(3)];
      const charge = scripted(errors);

      expect(await rejection(policy.execute(charge))).toBe(errors[2]);
      expect(charge.calls).toBe(3);
      expect(callReport(errors[2])).toMatchObject({ reason: 'exhausted', attempts: 3, errors });
    });
  });

  describe('when the error is permanent', () => {
    it('is that error after one attempt', async () => {
      const { policy } = virtualPolicy({ retry: {} });
      const error = Object.assign(new Error('no such order'), { status: 404 });
      const charge = scripted([error]);

      expect(await rejection(policy.execute(charge))).toBe(error);
      expect(charge.calls).toBe(1);
      expect(callReport(error)).toMatchObject({ reason: 'permanent', attempts: 1, delays: [] });
    });

    it('is a PermanentError that the operation throws', async () => {
      const { policy } = virtualPolicy({ retry: {} });
      const error = new PermanentError('card is stolen');

      expect(await rejection(policy.execute(scripted([error])))).toBe(error);
      expect(callReport(error)).toMatchObject({ reason: 'permanent', attempts: 1 });
    });
  });

  describe("when a server's hint is longer than maxDelay", () => {
    it('is the error that carries the hint, at once', async () => {
      const { policy, clock } = virtualPolicy({ retry: { backoff: { maxDelay: '60s' } } });
      const error = withRetryAfter(61);

      expect(await rejection(policy.execute(scripted([error])))).toBe(error);
      expect(callReport(error)).toMatchObject({ reason: 'hint', attempts: 1, delays: [] });
      expect(clock.now()).toBe(0);
      expect(clock.pending).toBe(0);
    });
  });

  describe("when a server's hint is longer than the time left", () => {
    it('is the error that carries the hint, at once', async () => {
      const { policy, clock } = virtualPolicy({ timeout: '10s', retry: {} });
      const error = withRetryAfter(11);

      expect(await rejection(policy.execute(scripted([error])))).toBe(error);
      expect(callReport(error)?.reason).toBe('hint');
      expect(clock.pending).toBe(0);
    });
  });

  describe('when the backoff passes the deadline', () => {
    it('is the last error as it is, at once', async () => {
      const { policy, clock } = virtualPolicy({ timeout: '2500ms', retry: { backoff: plainBackoff } });
      const errors = [down(1), down(2)];
      const result = watched(policy.execute(scripted(errors)));
      await clock.advance('1s');

      expect(result.error).toBe(errors[1]);
      expect(callReport(errors[1])).toMatchObject({ reason: 'timeout', attempts: 2, delays: [1000] });
      expect(clock.pending).toBe(0);
    });

    it('blames no hint that was shorter than the backoff', async () => {
      const { policy } = virtualPolicy({
        timeout: '5s',
        retry: { backoff: { initialDelay: '10s', jitter: false } },
      });
      const error = withRetryAfter(1);

      expect(await rejection(policy.execute(scripted([error])))).toBe(error);
      expect(callReport(error)?.reason).toBe('timeout');
    });
  });

  describe('when the budget refuses the retry', () => {
    it('is the last error as it is', async () => {
      const { policy } = virtualPolicy({ retry: { backoff: noBackoff, budget: { minPerSecond: 0 } } });
      const error = down(1);
      const charge = scripted([error]);

      expect(await rejection(policy.execute(charge))).toBe(error);
      // ratio 0.2 of one call: the first retry is allowed, the second is not.
      expect(charge.calls).toBe(2);
      expect(callReport(error)).toMatchObject({ reason: 'budget', attempts: 2 });
    });
  });

  describe('when the operation is not idempotent', () => {
    it('is the first error that does not prove that nothing was sent', async () => {
      const { policy } = virtualPolicy({ idempotent: false, retry: { backoff: noBackoff } });
      const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      const reset = down(2);

      expect(await rejection(policy.execute(scripted([refused, reset])))).toBe(reset);
      expect(callReport(reset)).toMatchObject({ reason: 'notIdempotent', attempts: 2 });
    });
  });

  describe('when the circuit refuses the first attempt', () => {
    it('is a CircuitOpenError caused by what opened it', async () => {
      const { policy } = virtualPolicy({ retry: {}, circuitBreaker: { failureThreshold: 1 } });
      const opener = Object.assign(new Error('gone'), { status: 503 });
      await rejection(policy.execute(scripted([opener]), { idempotent: false }));
      const error = await rejection(policy.execute(scripted(['unused'])));

      expect(isResilienceError(error, 'CIRCUIT_OPEN')).toBe(true);
      expect((error as Error).cause).toBe(opener);
      expect(callReport(error)).toMatchObject({ reason: 'rejected', attempts: 1, errors: [error] });
    });
  });

  describe('when the circuit refuses a later attempt', () => {
    it('is that refusal, caused by the error of the attempt before', async () => {
      const { policy } = virtualPolicy({
        retry: { backoff: noBackoff },
        circuitBreaker: { failureThreshold: 1 },
      });
      const opener = down(1);
      const charge = scripted([opener]);
      const error = await rejection(policy.execute(charge));

      expect(isResilienceError(error, 'CIRCUIT_OPEN')).toBe(true);
      expect((error as Error).cause).toBe(opener);
      expect(charge.calls).toBe(1);
      expect(callReport(error)).toMatchObject({ reason: 'rejected', attempts: 2, errors: [opener, error] });
    });

    it('is caused by the last error of the operation, where earlier refusals were retried', async () => {
      const { policy } = virtualPolicy({
        retry: { maxAttempts: 4, backoff: noBackoff, retryOn: ['default', 'rejected'] },
        circuitBreaker: { failureThreshold: 1 },
      });
      // Forced open, for an open circuit's retryAfter would be waited for.
      policy.events.on('circuitOpened', ({ to }) => to === 'open' && policy.breaker()?.forceOpen());
      const opener = down(1);
      const error = await rejection(policy.execute(scripted([opener])));

      expect(isResilienceError(error, 'CIRCUIT_OPEN')).toBe(true);
      expect((error as Error).cause).toBe(opener);
      expect(callReport(error)).toMatchObject({ reason: 'exhausted', attempts: 4 });
    });
  });

  describe('when the total timeout fires', () => {
    it('is a TimeoutExceededError caused by the error of the last attempt', async () => {
      const { policy, clock } = virtualPolicy({ timeout: '5s', retry: { backoff: plainBackoff } });
      const failed = down(1);
      const result = watched(policy.execute(scripted([failed, () => new Promise(() => {})])));
      await clock.advance('5s');

      expect(isResilienceError(result.error, 'TIMEOUT_EXCEEDED')).toBe(true);
      expect(result.error).toMatchObject({ scope: 'total', timeout: 5000 });
      expect((result.error as Error).cause).toBe(failed);
      expect(callReport(result.error)).toMatchObject({ reason: 'timeout', attempts: 2, duration: 5000 });
    });

    it('has no cause where no attempt has failed', async () => {
      const { policy, clock } = virtualPolicy({ timeout: '5s' });
      const result = watched(policy.execute(() => new Promise(() => {})));
      await clock.advance('5s');

      expect(result.error).not.toHaveProperty('cause');
    });
  });

  describe('when the caller aborts', () => {
    it("is the caller's reason, whatever it is", async () => {
      const { policy } = virtualPolicy({ retry: {} });
      const controller = new AbortController();
      const result = policy.execute(() => new Promise(() => {}), { signal: controller.signal });
      const reason = { because: 'the tab was closed' };
      controller.abort(reason);

      expect(await rejection(result)).toBe(reason);
      expect(callReport(reason)).toMatchObject({ reason: 'aborted', attempts: 1 });
    });
  });
});
