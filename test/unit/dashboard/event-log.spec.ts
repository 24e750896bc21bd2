import { EventLog } from '../../../lib/dashboard/live/event-log.js';
import { RepeatedEvents } from '../../../lib/dashboard/live/repeated-events.js';
import type { ShownEvent } from '../../../lib/dashboard/live/shown-event.js';

const event = (more: object = {}): ShownEvent => ({ type: 'retry', at: 1, operation: 'A.b', ...more });

describe('the log of events', () => {
  it('keeps the latest, so many at most', () => {
    const log = new EventLog('run', 3);
    for (let at = 1; at <= 100; at++) log.add(event({ at }));
    expect(log.since(undefined).map((one) => one.event.at)).toEqual([98, 99, 100]);
  });

  it('never loses when breakers opened to the failures of the outage', () => {
    const log = new EventLog('run', 3);
    log.add(event({ type: 'circuitOpened', at: 0 }));
    for (let at = 1; at <= 100; at++) log.add(event({ at }));
    expect(log.since(undefined).map((one) => one.event.at)).toEqual([0, 98, 99, 100]);
    for (let at = 101; at <= 200; at++) log.add(event({ type: 'circuitClosed', at }));
    expect(log.since(undefined).map((one) => one.event.at)).toEqual([98, 99, 100, 198, 199, 200]);
  });

  it('tells what came after an id, and everything for an id of another run or none', () => {
    const log = new EventLog('run', 10);
    const [first, second] = [log.add(event()), log.add(event())];
    expect(log.since(first.id)).toEqual([second]);
    expect(log.since(second.id)).toEqual([]);
    for (const foreign of ['other.1', '', '.', 'x', undefined]) expect(log.since(foreign)).toHaveLength(2);
  });
});

describe('repeated events', () => {
  it('are one with their number, as long as they tell the same', () => {
    const repeated = new RepeatedEvents();
    for (let at = 1; at <= 1000; at++) repeated.add(event({ at, callId: `call-${at}`, delay: at }));
    repeated.add(event({ operation: 'A.c' }));
    expect(repeated.take()).toEqual([
      event({ callId: 'call-1', delay: 1, count: 1000 }),
      event({ operation: 'A.c', count: 1 }),
    ]);
    expect(repeated.take()).toEqual([]);
  });

  it('are of 50 kinds at most; the rest is a number', () => {
    const repeated = new RepeatedEvents();
    for (let at = 0; at < 80; at++) repeated.add(event({ operation: `op ${at}` }));
    const taken = repeated.take();
    expect(taken).toHaveLength(51);
    expect(taken.at(-1)).toMatchObject({
      type: 'diagnostic',
      message: expect.stringMatching(/^30 more events/),
    });
  });
});
