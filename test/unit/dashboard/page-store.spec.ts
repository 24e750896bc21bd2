import { Store } from '../../../page/data/store.js';
import type { HappenedEvent } from '../../../page/data/types.js';

const event = (id: number, type: string): HappenedEvent => ({
  id: `run.${id}`,
  type,
  at: id,
  policy: 'p',
  operation: 'A.b',
});

describe('what the page knows', () => {
  it('keeps when breakers opened, however many calls have failed since', () => {
    const store = new Store();
    store.takeEvent(event(0, 'circuitOpened'));
    for (let id = 1; id <= 2000; id++) store.takeEvent(event(id, 'failure'));
    expect(store.events).toHaveLength(501);
    expect(store.events.map(({ type }) => type).indexOf('circuitOpened')).toBe(0);
    expect(store.events.at(-1)).toMatchObject({ at: 2000 });
  });

  it('takes an event that comes again once', () => {
    const store = new Store();
    store.takeEvent(event(1, 'retry'));
    store.takeEvent(event(1, 'retry'));
    expect(store.events).toHaveLength(1);
  });
});
