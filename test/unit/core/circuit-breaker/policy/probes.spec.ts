import type { NamedPolicyOptions } from '../../../../../lib/core/create-policy.js';
import { heldOperation, settled } from '../../../../support/held-operation.js';
import { rejection, virtualPolicy, watched } from '../../../../support/virtual-policy.js';

const throws = (): never => {
  throw new Error('fault of user code');
};

/** A policy whose circuit has just become half-open. */
async function halfOpen(options: NamedPolicyOptions = {}) {
  const { circuitBreaker } = options;
  const { policy, clock } = virtualPolicy({
    ...options,
    circuitBreaker: { halfOpenTimeout: '10s', ...(circuitBreaker as object) },
  });
  policy.breaker()?.open();
  await clock.advance('60s');
  const state = () => policy.breaker()?.snapshot();
  return { policy, clock, state };
}

describe('a probe of a half-open circuit', () => {
  it('that never settles passes its permit on when its lease runs out', async () => {
    const { policy, clock, state } = await halfOpen();
    const { operation } = heldOperation();
    void policy.execute(operation);
    await clock.advance(9999);
    expect(await rejection(policy.execute(() => 'fine'))).toMatchObject({ state: 'halfOpen', retryAfter: 1 });
    await clock.advance(1);
    expect(state()).toMatchObject({ state: 'halfOpen', probes: 0 });
    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(state()?.state).toBe('closed');
  });

  it.each([
    ['succeeds', (run: { resolve(): void }) => run.resolve(), 'closed'],
    ['fails', (run: { reject(error: unknown): void }) => run.reject(new Error('down')), 'open'],
  ] as const)(
    'that %s after its lease still counts in the same half-open generation',
    async (_, end, expected) => {
      const { policy, clock, state } = await halfOpen();
      const { runs, operation } = heldOperation();
      const late = watched(policy.execute(operation));
      await clock.advance('10s');
      const next = watched(policy.execute(operation));
      expect(state()?.probes).toBe(1);
      end(runs[0] as never);
      await settled();
      expect(late.settled).toBe(true);
      expect(state()?.state).toBe(expected);
      // And the other one, now of an earlier generation, counts no more.
      runs[1]?.reject(new Error('down'));
      await settled();
      expect(next.settled).toBe(true);
      expect(state()).toMatchObject({ state: expected, resetTimeout: expected === 'open' ? 90_000 : 60_000 });
    },
  );

  it('that is aborted gives its permit back at once and counts for nothing', async () => {
    const { policy, state } = await halfOpen();
    const { operation } = heldOperation();
    const abort = new AbortController();
    const call = watched(policy.execute(operation, { signal: abort.signal }));
    expect(state()?.probes).toBe(1);
    abort.abort(new Error('the caller left'));
    await settled();
    expect(call.error).toEqual(new Error('the caller left'));
    expect(state()).toMatchObject({ state: 'halfOpen', probes: 0, failures: 0, successes: 0 });
    await policy.execute(() => 'fine');
    expect(state()?.state).toBe('closed');
  });

  it('that throws synchronously gives its permit back and reopens', async () => {
    const { policy, state } = await halfOpen();
    await rejection(policy.execute(throws));
    expect(state()).toMatchObject({ state: 'open', probes: 0, resetTimeout: 90_000 });
  });

  it.each<[string, NamedPolicyOptions]>([
    ['recordOn', { circuitBreaker: { recordOn: [throws] } }],
    ['ignore', { circuitBreaker: { ignore: [throws] } }],
    [
      'a recordOn that answers with a promise',
      { circuitBreaker: { recordOn: [(async () => false) as never] } },
    ],
  ])('whose %s throws is judged by the default and gives its permit back', async (_, options) => {
    const { policy, state } = await halfOpen(options);
    const diagnostics: unknown[] = [];
    policy.events.on('diagnostic', (event) => diagnostics.push(event));
    await rejection(policy.execute(throws));
    expect(state()).toMatchObject({ state: 'open', probes: 0 });
    expect(diagnostics).toHaveLength(1);
  });

  it('whose recordResult throws is a success and gives its permit back', async () => {
    const { policy, state } = await halfOpen({ circuitBreaker: { recordResult: throws } });
    const diagnostics: unknown[] = [];
    policy.events.on('diagnostic', (event) => diagnostics.push(event));
    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(state()).toMatchObject({ state: 'closed', probes: 0 });
    expect(diagnostics).toHaveLength(1);
  });

  it('gives its permit back whatever throws that listens', async () => {
    const { policy, state } = await halfOpen({
      on: { circuitHalfOpened: throws, attemptStarted: throws, attemptFailed: throws, circuitOpened: throws },
    });
    expect(await rejection(policy.execute(() => Promise.reject(new Error('down'))))).toEqual(
      new Error('down'),
    );
    expect(state()).toMatchObject({ state: 'open', probes: 0 });
  });

  it.each([
    ['attempt', { attempt: '2s' }],
    ['total', { total: '2s' }],
  ])('whose %s timeout fires gives its permit back and reopens', async (_, timeout) => {
    const { policy, clock, state } = await halfOpen({ timeout });
    const { operation } = heldOperation();
    const call = watched(policy.execute(operation));
    await clock.advance(1999);
    expect(state()?.probes).toBe(1);
    await clock.advance(1);
    expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
    expect(state()).toMatchObject({ state: 'open', probes: 0, lastError: 'timeout' });
  });

  it('that a deadline from outside ends gives its permit back and counts for nothing', async () => {
    const { policy, clock, state } = await halfOpen();
    const { operation } = heldOperation();
    const call = watched(policy.execute(operation, { deadline: clock.epoch() + 2000 }));
    await clock.advance('2s');
    expect(call.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED', scope: 'deadline' });
    expect(state()).toMatchObject({ state: 'halfOpen', probes: 0 });
    expect(state()).not.toHaveProperty('lastFailureAt');
  });

  it('that ends with an ignored error gives its permit back and leaves the circuit half-open', async () => {
    const { policy, state } = await halfOpen();
    for (let i = 0; i < 5; i++) {
      await rejection(
        policy.execute(() => Promise.reject(Object.assign(new Error('slow down'), { status: 429 }))),
      );
    }
    expect(state()).toMatchObject({ state: 'halfOpen', probes: 0 });
  });

  it('gives its permit back once, however its call ends', async () => {
    const { policy, clock, state } = await halfOpen({
      timeout: { attempt: '2s' },
      circuitBreaker: { halfOpenMaxCalls: 2, successThreshold: 9 },
    });
    const { runs, operation } = heldOperation();
    const abort = new AbortController();
    void rejection(policy.execute(operation, { signal: abort.signal }));
    void policy.execute(operation);
    expect(state()?.probes).toBe(2);
    abort.abort();
    await clock.advance(1000);
    expect(state()?.probes).toBe(1);
    runs[0]?.reject(new Error('late'));
    await settled();
    expect(state()).toMatchObject({ state: 'halfOpen', probes: 1 });
    runs[1]?.resolve();
    await settled();
    expect(state()).toMatchObject({ state: 'halfOpen', probes: 0, successes: 1 });
  });

  it('may be slow: without a rule for it, it closes the circuit', async () => {
    const { policy, clock, state } = await halfOpen();
    const { runs, operation } = heldOperation();
    void policy.execute(operation);
    await clock.advance(9999);
    runs[0]?.resolve();
    await settled();
    expect(state()?.state).toBe('closed');
  });
});

describe('a dependency that hangs', () => {
  it('opens the circuit through the policy’s own timeout', async () => {
    const { policy, clock } = virtualPolicy({
      timeout: { attempt: '1s' },
      circuitBreaker: { failureThreshold: 3 },
    });
    const { operation } = heldOperation();
    const calls = [1, 2, 3].map(() => watched(policy.execute(operation)));
    await clock.advance('1s');
    expect(calls.every(({ settled: over }) => over)).toBe(true);
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'open', lastError: 'timeout' });
  });
});
