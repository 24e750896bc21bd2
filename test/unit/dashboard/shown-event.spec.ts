import type { ResilienceEvent } from '../../../lib/core/events/event-types.js';
import { shown } from '../../../lib/dashboard/live/shown-event.js';

const shownOf = (members: object) =>
  shown({ type: 'diagnostic', at: 1, ...members } as unknown as ResilienceEvent);

describe('an event as it is sent to the page', () => {
  it('keeps names whole, for somebody acts on them, and cuts what is longer than any name', () => {
    expect(shownOf({ breaker: 'x'.repeat(1000) })).toMatchObject({ breaker: 'x'.repeat(1000) });
    expect(shownOf({ breaker: 'x'.repeat(2000) })).toMatchObject({ breaker: 'x'.repeat(1024) });
  });

  it('cuts all other text and keeps it to one line', () => {
    expect(shownOf({ message: 'x'.repeat(1000) })).toMatchObject({ message: `${'x'.repeat(499)}…` });
    expect(shownOf({ message: 'a\nb' })).toMatchObject({ message: 'a\\nb' });
  });

  it('says numbers that JSON does not know as text', () => {
    expect(shownOf({ delay: 5, until: Infinity })).toMatchObject({ delay: 5, until: 'Infinity' });
  });

  it('shows the first fifty of a list', () => {
    const { policies } = shownOf({ policies: Array.from({ length: 60 }, (_, at) => `p${at}`) });
    expect(policies).toHaveLength(50);
  });

  it('shows flags, and nothing of objects and functions', () => {
    expect(shownOf({ shared: true, headers: { cookie: 'x' }, run: () => 1 })).toEqual({
      type: 'diagnostic',
      at: 1,
      shared: true,
    });
  });
});
