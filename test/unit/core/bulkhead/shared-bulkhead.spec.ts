import { testBulkhead } from '../../../support/bulkhead.js';

describe('SharedBulkhead', () => {
  const keys = (shared: ReturnType<typeof testBulkhead>['shared']) => [...shared.all()].map(({ key }) => key);

  it('has one bulkhead per key, made on first use', () => {
    const { shared, bulkhead } = testBulkhead({ maxConcurrent: 1 });
    expect(shared.of('a').tryEnter()).toBe(true);
    expect(shared.of('a').tryEnter()).toBe(false);
    expect(shared.of('b').tryEnter()).toBe(true);
    expect(bulkhead.tryEnter()).toBe(true);
    expect(shared.of(undefined)).toBe(bulkhead);
    expect(keys(shared)).toEqual([undefined, 'a', 'b']);
  });

  it('gives up bulkheads in which nobody is, before those with permits out', () => {
    const { shared } = testBulkhead({ maxKeys: 2 });
    const busy = shared.of('busy');
    busy.tryEnter();
    for (let i = 0; i < 1_000; i++) shared.of(`passing ${i}`);
    expect(shared.of('busy')).toBe(busy);
    busy.leave();
    shared.of('next');
    shared.of('last');
    expect(shared.of('busy')).not.toBe(busy);
  });

  it('is full for a key although others have come and gone', () => {
    const { shared } = testBulkhead({ maxConcurrent: 1, maxKeys: 3 });
    shared.of('tenant').tryEnter();
    for (let i = 0; i < 100; i++) {
      const passing = shared.of(`passing ${i}`);
      passing.tryEnter();
      passing.leave();
    }
    expect(shared.of('tenant').tryEnter()).toBe(false);
  });

  it('changes the limits of all its keys', () => {
    const { shared, change } = testBulkhead({ maxConcurrent: 1 });
    shared.of('a').tryEnter();
    change({ maxConcurrent: 2, maxKeys: 5 });
    expect([...shared.all()].map(({ limit }) => limit)).toEqual([2, 2]);
    expect(shared.of('b').limit).toBe(2);
  });
});
