import { register } from 'prom-client';
import type { ModuleOptions } from '../../../../lib/config/module-options.js';
import { recordAttempt } from '../../../../lib/nest/runtime/record-attempt.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { heldOperation } from '../../../support/held-operation.js';
import { countedRuntime, scrape } from '../../../support/metrics.js';

afterEach(() => register.clear());

function world(policies: NonNullable<ModuleOptions['policies']>, maxLabelValues?: number) {
  const runtime = countedRuntime({ policies }, maxLabelValues === undefined ? {} : { maxLabelValues });
  return { ...runtime, ...heldOperation() };
}

async function fails(call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toBeDefined();
}

/** What the three gauges of bulkheads say. */
async function bulkheads(labels: Readonly<Record<string, string>> = {}) {
  const [inFlight, queued, abandoned] = [
    await scrape('bulkhead_in_flight', labels),
    await scrape('bulkhead_queued', labels),
    await scrape('bulkhead_abandoned', labels),
  ];
  return Object.fromEntries(
    Object.keys(inFlight).map((key) => [key, [inFlight[key], queued[key], abandoned[key]]]),
  );
}

describe('the gauges of bulkheads', () => {
  it('tell slots held, calls that wait, and slots whose callers have been answered', async () => {
    const { policy, clock, runs, operation } = world({
      payments: { bulkhead: { maxConcurrent: 2, maxQueue: 5 }, timeout: '1s' },
    });
    const labels = { policy: 'payments', operation: 'payments' };
    const calls = Array.from({ length: 3 }, () => fails(policy('payments').execute(operation)));
    expect(await bulkheads(labels)).toEqual({ '': [2, 1, 0] });

    await clock.advance('1s');
    await Promise.all(calls);
    expect(await bulkheads(labels)).toEqual({ '': [2, 0, 2] });

    for (const run of runs) run.resolve();
    await clock.advance(0);
    expect(await bulkheads(labels)).toEqual({ '': [0, 0, 0] });
  });

  it('are each operation’s own, and of a shared bulkhead the same for all who use it', async () => {
    const { policy, operation } = world({
      own: { bulkhead: 5 },
      cards: { bulkhead: { name: 'bank', maxConcurrent: 5 } },
      transfers: { bulkhead: { name: 'bank' } },
    });
    void policy('own').execute(operation, { operation: 'A.a' });
    void policy('own').execute(operation, { operation: 'A.b' });
    void policy('own').execute(operation, { operation: 'A.b' });
    void policy('cards').execute(operation);
    void policy('transfers').execute(operation);

    expect(await bulkheads()).toEqual({
      'policy=own,operation=A.a': [1, 0, 0],
      'policy=own,operation=A.b': [2, 0, 0],
      'policy=cards,operation=cards': [2, 0, 0],
      'policy=transfers,operation=transfers': [2, 0, 0],
    });
  });

  it('add up the keys, which are no labels', async () => {
    const { policy, operation } = world({
      tenants: { bulkhead: { maxConcurrent: 1, maxQueue: 1 }, key: (tenant: string) => tenant },
    });
    for (const tenant of ['acme', 'acme', 'globex'])
      void policy('tenants').execute(operation, { args: [tenant] });

    expect(await bulkheads()).toEqual({ 'policy=tenants,operation=tenants': [2, 1, 0] });
    expect(await register.metrics()).not.toMatch(/acme|globex/);
  });

  it('go with the bulkhead that a reload takes away, and come back with it as it is', async () => {
    const { runtime, policy, operation } = world({ payments: { bulkhead: 5 } });
    runtime.boot([]);
    void policy('payments').execute(operation, { operation: 'A.a' });
    runtime.update('payments', { bulkhead: false });
    expect(await bulkheads()).toEqual({});

    runtime.update('payments', { bulkhead: 7 });
    expect(await bulkheads()).toEqual({ 'policy=payments,operation=A.a': [1, 0, 0] });
  });

  it('go with their application', async () => {
    const { policy, operation, detach } = world({ payments: { bulkhead: 5 } });
    void policy('payments').execute(operation);
    detach();

    expect(await bulkheads()).toEqual({});
  });

  it('keep to the cap of the labels', async () => {
    const { policy, operation } = world({ own: { bulkhead: 5 } }, 2);
    for (const name of ['a', 'b', 'c', 'd']) void policy('own').execute(operation, { operation: name });

    expect(await bulkheads({ policy: 'own' })).toEqual({
      'operation=a': [1, 0, 0],
      'operation=b': [1, 0, 0],
      'operation=other': [2, 0, 0],
    });
  });
});

describe('rate_limiter_rejected_total', () => {
  it('counts the attempts that the limiter refused, and no others', async () => {
    const { policy } = world({
      limited: { rateLimiter: { limit: 1 } },
      full: { bulkhead: 1 },
    });
    await policy('limited').execute(() => 'fine', { operation: 'A.a' });
    await fails(policy('limited').execute(() => 'never', { operation: 'A.a' }));
    await fails(policy('limited').execute(() => 'never', { operation: 'A.b' }));
    const { operation } = heldOperation();
    void policy('full').execute(operation);
    await fails(policy('full').execute(operation));

    expect(await scrape('rate_limiter_rejected_total')).toEqual({
      'policy=limited,operation=A.a': 1,
      'policy=limited,operation=A.b': 1,
    });
    expect(await scrape('retry_attempts_total', { outcome: 'rejected', attempt: '1' })).toEqual({
      'policy=limited,operation=A.a': 1,
      'policy=limited,operation=A.b': 1,
      'policy=full,operation=full': 1,
    });
    expect(await scrape('calls_total', { outcome: 'rejected', policy: 'full' })).toEqual({
      'operation=full': 1,
    });
  });
});

describe('hedges_total', () => {
  it('counts hedges by what became of them', async () => {
    const { policy, clock, runs, operation } = world({
      slow: { idempotent: true, hedge: { delay: 100, maxHedges: 2, budget: { ratio: 1 } } },
    });
    for (const winner of [1, 0]) {
      const call = policy('slow').execute(operation);
      await clock.advance(100);
      runs.at(-2 + winner)?.resolve('fine');
      await call;
    }
    const call = policy('slow').execute(operation);
    await clock.advance(100);
    runs.at(-1)?.reject(new Error('down'));
    runs.at(-2)?.resolve('fine');
    await call;

    expect(await scrape('hedges_total', { policy: 'slow', operation: 'slow' })).toEqual({
      'outcome=won': 1,
      'outcome=lost': 1,
      'outcome=failed': 1,
    });
    expect(await scrape('calls_total', { policy: 'slow' })).toEqual({ 'operation=slow,outcome=success': 3 });
  });
});

describe('the outcome timeout', () => {
  const timeout = (name: string) => Object.assign(new Error('too late'), { name });

  it.each(['AbortError', 'TimeoutError'])(
    'is that of calls and attempts which end with an %s of the operation',
    async (name) => {
      const { policy } = world({ plain: {} });
      await fails(policy('plain').execute(scripted([timeout(name)])));

      expect(await scrape('calls_total')).toEqual({ 'policy=plain,operation=plain,outcome=timeout': 1 });
      expect(await scrape('retry_attempts_total')).toEqual({
        'policy=plain,operation=plain,attempt=1,outcome=timeout': 1,
      });
    },
  );

  it('is that of attempts made elsewhere, too', async () => {
    const { runtime } = world({ plain: {} });
    const attempt = { policy: 'plain', operation: 'S3.put', attempt: 1, outcome: 'failure' } as const;
    recordAttempt(runtime, { ...attempt, error: timeout('TimeoutError') });

    expect(await scrape('retry_attempts_total', { policy: 'plain' })).toEqual({
      'operation=S3.put,attempt=1,outcome=timeout': 1,
    });
  });
});
