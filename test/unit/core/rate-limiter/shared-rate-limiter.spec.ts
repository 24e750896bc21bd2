import { resolveRateLimiter } from '../../../../lib/core/rate-limiter/rate-limiter-options.js';
import { SharedRateLimiter } from '../../../../lib/core/rate-limiter/shared-rate-limiter.js';
import { issuesOf } from '../../../support/issues-of.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { takeAll, testRateLimiter } from '../../../support/rate-limiter.js';

describe('SharedRateLimiter', () => {
  it('has one limiter per key, made on first use', () => {
    const { shared, limiter } = testRateLimiter({ limit: 1 });
    expect(takeAll(shared.of('a'))).toBe(1);
    expect(takeAll(shared.of('b'))).toBe(1);
    expect(shared.of('a').tryTake()).toBe(false);
    expect(shared.of(undefined)).toBe(limiter);
    expect([...shared.all()].map(({ key }) => key)).toEqual([undefined, 'b', 'a']);
  });

  it('forgets no key at its limit while one with all its tokens is there', () => {
    const { shared, clock } = testRateLimiter({ limit: 1, interval: '1m', maxKeys: 100 });
    for (let i = 0; i < 100; i++) shared.of(`${i}`).tryTake();
    clock.moveTo(30_000);
    for (let i = 0; i < 100; i++) if (i !== 50) shared.of(`${i}`).giveBack();
    for (let i = 0; i < 99; i++) if (i !== 50) shared.of(`${i}`).tryTake();
    // Only number 99 has all its tokens.
    for (let i = 0; i < 1_000; i++) shared.of(`passing ${i}`);
    for (let i = 0; i < 99; i++) expect(shared.of(`${i}`).tryTake()).toBe(false);
  });

  it('forgets keys whose tokens have come back in the meantime', () => {
    const { shared, clock } = testRateLimiter({ limit: 1, maxKeys: 2 });
    shared.of('early').tryTake();
    clock.moveTo(500);
    shared.of('late').tryTake();
    clock.moveTo(1_000);
    shared.of('new').tryTake();
    expect(shared.of('late').tryTake()).toBe(false);
    expect(shared.of('new').tryTake()).toBe(false);
  });

  it('forgets no key with somebody waiting while another one is idle', () => {
    const { shared, clock } = testRateLimiter({ limit: 1, maxKeys: 2 });
    const busy = shared.of('busy');
    busy.tryTake();
    const wait = busy.queue();
    Object.assign(clock, { time: 5_000 });
    for (let i = 0; i < 100; i++) shared.of(`passing ${i}`);
    expect(shared.of('busy')).toBe(busy);
    wait.interrupt();
    shared.of('next').tryTake();
    shared.of('last').tryTake();
    expect(shared.of('busy')).not.toBe(busy);
  });

  it('stays within its bound over a hundred thousand keys that are all at their limit', () => {
    const { shared } = testRateLimiter({ limit: 1, interval: '1h' });
    for (let i = 0; i < 100_000; i++) shared.of(`${i}`).tryTake();
    expect([...shared.all()].length).toBe(10_001);
    expect(shared.of('99999').tryTake()).toBe(false);
    expect(shared.of('90000').tryTake()).toBe(false);
  });

  it('changes the rate of all its keys, and forgets those that are idle under the new one', () => {
    const { shared, clock, change } = testRateLimiter({ limit: 1, interval: '1h', maxKeys: 2 });
    shared.of('a').tryTake();
    shared.of('b').tryTake();
    // Ranked by the old rate.
    shared.of('c').tryTake();
    change({ limit: 1, interval: '1s', maxKeys: 2 });
    shared.of('c').tryTake();
    clock.moveTo(1_000);
    shared.of('b').tryTake();
    shared.of('d');
    expect(shared.of('b').tryTake()).toBe(false);
  });

  it('has no limit until a policy gives one that does not only join', () => {
    const joiner = resolveRateLimiter({ name: 'mails' });
    const shared = new SharedRateLimiter('mails', joiner, new ManualClock());
    expect(issuesOf(() => shared.of('a'))).toEqual([
      'rate limiter "mails": no policy gives its limit; those in use only join it by name, so give one of them `limit`',
    ]);
    shared.reconfigure(resolveRateLimiter({ name: 'mails', limit: 2 }));
    expect(takeAll(shared.of('a'))).toBe(2);
    shared.reconfigure(resolveRateLimiter({ name: 'mails', maxKeys: 5 }));
    expect(takeAll(shared.of('b'))).toBe(2);
  });
});
