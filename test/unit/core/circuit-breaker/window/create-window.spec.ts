import { CountWindow } from '../../../../../lib/core/circuit-breaker/window/count-window.js';
import { adaptWindow, createWindow } from '../../../../../lib/core/circuit-breaker/window/create-window.js';
import { TimeWindow } from '../../../../../lib/core/circuit-breaker/window/time-window.js';

const count = { type: 'count', size: 10 } as const;
const time = { type: 'time', durationMs: 1000, buckets: 10 } as const;

describe('createWindow', () => {
  it('makes the kind of window that was asked for', () => {
    expect(createWindow(count)).toBeInstanceOf(CountWindow);
    expect(createWindow(time)).toBeInstanceOf(TimeWindow);
  });
});

describe('adaptWindow', () => {
  const failed = (settings: typeof count | typeof time) => {
    const window = createWindow(settings);
    window.record(0, true, false);
    return window;
  };

  it('keeps samples where the kind stays', () => {
    expect(adaptWindow(failed(count), { type: 'count', size: 3 })?.failures(0)).toBe(1);
    expect(adaptWindow(failed(time), { type: 'time', durationMs: 500, buckets: 5 })?.failures(0)).toBe(1);
  });

  it('keeps no window where the kind changes: the other one is made with its first sample', () => {
    expect(adaptWindow(failed(count), time)).toBeNull();
    expect(adaptWindow(failed(time), count)).toBeNull();
  });

  it('keeps no window where none was or none is asked for', () => {
    expect(adaptWindow(null, count)).toBeNull();
    expect(adaptWindow(failed(count), undefined)).toBeNull();
  });
});
