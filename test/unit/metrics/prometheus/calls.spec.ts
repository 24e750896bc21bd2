import { register } from 'prom-client';
import type { ModuleOptions } from '../../../../lib/config/module-options.js';
import { recordAttempt } from '../../../../lib/nest/runtime/record-attempt.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { countedRuntime, scrape } from '../../../support/metrics.js';

const policies: ModuleOptions['policies'] = {
  payments: { retry: { maxAttempts: 3, backoff: { initialDelay: '1s', jitter: false } } },
  picky: {
    retry: {
      maxAttempts: 2,
      backoff: { type: 'fixed', initialDelay: 0 },
      retryResult: (value) => value === 0,
    },
  },
  impatient: { timeout: { attempt: '2s' } },
  frugal: {
    retry: {
      maxAttempts: 3,
      backoff: { type: 'fixed', initialDelay: 0 },
      budget: { ratio: 0.1, minPerSecond: 0 },
    },
  },
  guarded: { circuitBreaker: { failureThreshold: 1 } },
};

afterEach(() => register.clear());

async function fails(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeDefined();
}

describe('calls', () => {
  it('are counted with one outcome, and their duration is told in seconds', async () => {
    const { policy, clock } = countedRuntime({ policies });
    const call = policy('payments').execute(scripted([new Error('a'), new Error('b'), 'fine']), {
      operation: 'Cards.charge',
    });
    await clock.advance('3s');
    await call;

    const labels = { policy: 'payments', operation: 'Cards.charge' };
    expect(await scrape('calls_total', labels)).toEqual({ 'outcome=success': 1 });
    expect(await scrape('call_duration_seconds_sum', labels)).toEqual({ 'outcome=success': 3 });
    expect(await scrape('call_duration_seconds_bucket', { ...labels, le: '2.5' })).toEqual({
      'outcome=success': 0,
    });
    expect(await scrape('call_duration_seconds_bucket', { ...labels, le: '5' })).toEqual({
      'outcome=success': 1,
    });
    expect(await scrape('retry_attempts_total', labels)).toEqual({
      'attempt=1,outcome=failure': 1,
      'attempt=2,outcome=failure': 1,
      'attempt=3,outcome=success': 1,
    });
  });

  it('that end with a limit of the policy are timeouts, and so is the attempt', async () => {
    const { policy, clock } = countedRuntime({ policies });
    const call = fails(policy('impatient').execute(() => new Promise(() => undefined)));
    await clock.advance('2s');
    await call;
    expect(await scrape('calls_total', { policy: 'impatient' })).toEqual({
      'operation=impatient,outcome=timeout': 1,
    });
    expect(await scrape('retry_attempts_total', { policy: 'impatient' })).toEqual({
      'operation=impatient,attempt=1,outcome=timeout': 1,
    });
  });

  it('that the caller aborts are aborted, and so is the attempt', async () => {
    const { policy } = countedRuntime({ policies });
    const abort = new AbortController();
    const call = fails(
      policy('payments').execute(() => new Promise(() => undefined), { signal: abort.signal }),
    );
    abort.abort();
    await call;
    expect(await scrape('calls_total')).toEqual({ 'policy=payments,operation=payments,outcome=aborted': 1 });
    expect(await scrape('retry_attempts_total', { policy: 'payments', operation: 'payments' })).toEqual({
      'attempt=1,outcome=aborted': 1,
    });
  });

  it('that a breaker refuses are rejected, and so is the attempt', async () => {
    const { policy } = countedRuntime({ policies });
    await fails(policy('guarded').execute(scripted([new Error('down')])));
    await fails(policy('guarded').execute(() => 'never'));
    expect(await scrape('calls_total', { policy: 'guarded', operation: 'guarded' })).toEqual({
      'outcome=failure': 1,
      'outcome=rejected': 1,
    });
    expect(await scrape('retry_attempts_total', { policy: 'guarded', operation: 'guarded' })).toEqual({
      'attempt=1,outcome=failure': 1,
      'attempt=1,outcome=rejected': 1,
    });
    expect(await scrape('circuit_breaker_rejected_total')).toEqual({ 'breaker=guarded': 1 });
  });

  it('that a fallback answers are fallbacks, and each handler that was asked is counted', async () => {
    const { policy } = countedRuntime({
      policies: {
        covered: { fallback: { handlers: [() => Promise.reject(new Error('no')), { value: 1 }] } },
      },
    });
    await policy('covered').execute(scripted([new Error('down')]));
    expect(await scrape('calls_total')).toEqual({ 'policy=covered,operation=covered,outcome=fallback': 1 });
    expect(await scrape('fallback_operations_total', { policy: 'covered', operation: 'covered' })).toEqual({
      'index=0,outcome=failure': 1,
      'index=1,outcome=success': 1,
    });
  });

  it('that give their last result although it was refused are successes of failed attempts', async () => {
    const { policy } = countedRuntime({ policies });
    expect(await policy('picky').execute(() => 0)).toBe(0);
    expect(await scrape('calls_total', { policy: 'picky', operation: 'picky' })).toEqual({
      'outcome=success': 1,
    });
    expect(await scrape('retry_attempts_total', { policy: 'picky', operation: 'picky' })).toEqual({
      'attempt=1,outcome=failure': 1,
      'attempt=2,outcome=failure': 1,
    });
  });

  it('that end with an error that throws on access are failures', async () => {
    const { policy } = countedRuntime({ policies });
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('do not touch');
        },
      },
    );
    await fails(policy('impatient').execute(scripted([scripted.throws(hostile)])));
    expect(await scrape('retry_attempts_total', { policy: 'impatient', attempt: '1' })).toEqual({
      'operation=impatient,outcome=failure': 1,
    });
  });

  it('that find the retry budget used up are counted there, too', async () => {
    const { policy } = countedRuntime({ policies });
    await fails(policy('frugal').execute(scripted([new Error('down')])));
    await fails(policy('frugal').execute(scripted([new Error('down')])));
    expect(await scrape('retry_budget_exhausted_total', { policy: 'frugal' })).toEqual({
      'operation=frugal': 2,
    });
  });
});

describe('attempts that were made elsewhere', () => {
  it('count as attempts and as nothing else', async () => {
    const { runtime } = countedRuntime({ policies });
    const common = { operation: 'S3.put', policy: 'payments', duration: 20 };
    recordAttempt(runtime, { ...common, attempt: 1, outcome: 'failure', error: new Error('x') });
    recordAttempt(runtime, { ...common, attempt: 2, outcome: 'success' });
    expect(await scrape('retry_attempts_total', { policy: 'payments', operation: 'S3.put' })).toEqual({
      'attempt=1,outcome=failure': 1,
      'attempt=2,outcome=success': 1,
    });
    expect(await scrape('calls_total')).toEqual({});
    expect(await scrape('call_duration_seconds_count')).toEqual({});
  });
});
