import { EPOCH, eventsOf, rejection, virtualPolicy } from '../../../../support/virtual-policy.js';

const down = () => Promise.reject(new Error('down'));

describe('a circuit breaker by hand', () => {
  it.each([
    ['forceOpen', 'forcedOpen'],
    ['disable', 'disabled'],
    ['observeOnly', 'observing'],
  ] as const)('%s() lasts until its time to live, close() or reset()', async (hand, state) => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    const breaker = policy.breaker();
    breaker?.[hand]({ ttl: '10s' });
    expect(breaker?.snapshot()).toMatchObject({ state, openUntil: EPOCH + 10_000 });
    await clock.advance('9999ms');
    expect(breaker?.snapshot().state).toBe(state);
    await clock.advance(1);
    expect(breaker?.snapshot().state).toBe('closed');

    breaker?.[hand]();
    expect(breaker?.snapshot()).not.toHaveProperty('openUntil');
    await clock.advance('30d');
    expect(breaker?.snapshot().state).toBe(state);
    breaker?.close();
    expect(breaker?.snapshot().state).toBe('closed');

    breaker?.[hand]();
    breaker?.reset();
    expect(breaker?.snapshot().state).toBe('closed');
    expect(clock.pending).toBe(0);
  });

  it.each([0, -1, NaN, '5', 'soon', null, {}, '0s'])(
    'refuses %p as time to live and changes nothing',
    (ttl) => {
      const { policy } = virtualPolicy({ circuitBreaker: {} });
      const breaker = policy.breaker();
      for (const hand of ['forceOpen', 'disable', 'observeOnly'] as const) {
        expect(() => breaker?.[hand]({ ttl: ttl as never })).toThrow(
          expect.objectContaining({
            code: 'CONFIG_INVALID',
            issues: [expect.stringMatching(/^ttl: expected/)],
          }),
        );
      }
      expect(breaker?.snapshot()).toMatchObject({ state: 'closed', generation: 0 });
    },
  );

  it('lasts for ever where the time to live is Infinity', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: {} });
    policy.breaker()?.disable({ ttl: Infinity });
    await clock.advance('365d');
    expect(policy.breaker()?.snapshot().state).toBe('disabled');
  });

  it('open() rejects for the reset timeout, then probes', async () => {
    const { policy, clock } = virtualPolicy({ circuitBreaker: { resetTimeout: '5s' } });
    policy.breaker()?.open();
    expect(await rejection(policy.execute(() => 1))).toMatchObject({ state: 'open', retryAfter: 5000 });
    await clock.advance('5s');
    expect(await policy.execute(() => 1)).toBe(1);
    expect(policy.breaker()?.snapshot().state).toBe('closed');
  });

  it('disable() runs every call and records none', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 1 } });
    policy.breaker()?.disable();
    for (let i = 0; i < 5; i++) expect(await rejection(policy.execute(down))).toEqual(new Error('down'));
    expect(policy.breaker()?.snapshot()).toMatchObject({ state: 'disabled', failures: 0 });
  });

  it('observeOnly() runs every call and tells what it would have refused', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 2 } });
    policy.breaker()?.observeOnly();
    const events = eventsOf(policy);
    for (let i = 0; i < 3; i++) expect(await rejection(policy.execute(down))).toEqual(new Error('down'));
    const told = events.filter(({ type }) => type === 'circuitOpened' || type === 'callRejected');
    expect(told).toEqual([
      expect.objectContaining({ type: 'circuitOpened', from: 'closed', to: 'open', reason: 'observing' }),
      expect.objectContaining({ type: 'callRejected', observed: true, attempt: 1, breaker: 'payments' }),
    ]);
    expect(told[1]).not.toHaveProperty('error');
    expect(policy.stats()).toMatchObject({ attempts: 3, rejections: 0 });
    expect(policy.breaker()?.snapshot().state).toBe('observing');
  });

  it('tells nobody where nobody listens', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: { failureThreshold: 1 } });
    policy.breaker()?.observeOnly();
    await rejection(policy.execute(down));
    expect(await policy.execute(() => 'fine')).toBe('fine');
  });

  it('tells every change, who was the policy, and that no call caused it', () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    const events = eventsOf(policy);
    for (const hand of ['open', 'forceOpen', 'disable', 'observeOnly', 'close'] as const)
      policy.breaker()?.[hand]();
    expect(events.map((event) => [event.type, 'to' in event && event.to])).toEqual([
      ['circuitOpened', 'open'],
      ['circuitOpened', 'forcedOpen'],
      ['circuitClosed', 'disabled'],
      ['circuitClosed', 'observing'],
      ['circuitClosed', 'closed'],
    ]);
    expect(events[0]).toEqual({
      type: 'circuitOpened',
      policy: 'payments',
      operation: 'payments',
      at: EPOCH,
      callId: '',
      breaker: 'payments',
      from: 'closed',
      to: 'open',
      reason: 'manual',
    });
  });

  it('keeps the name of its breaker', () => {
    const { policy } = virtualPolicy({ circuitBreaker: { name: 'cards' } });
    expect(policy.breaker()?.name).toBe('cards');
  });

  it('is nothing that a policy without a breaker has', () => {
    const { policy } = virtualPolicy({ retry: {} });
    expect(policy.breaker()).toBeUndefined();
    expect(policy.breakers()).toEqual([]);
  });
});
