import { setBackgroundTimer } from '../../../../lib/core/time/background-timer.js';
import type { Clock } from '../../../../lib/core/time/clock.js';

describe('a timer that the process does not stay alive for', () => {
  const task = { expire: () => undefined };
  const clock = { setTimer: () => 'ordinary', setBackgroundTimer: () => 'background' } as unknown as Clock;

  it('is the clock’s own, where it knows such', () => {
    expect(setBackgroundTimer(clock, task, 1)).toBe('background');
  });

  it('is an ordinary one of a clock that does not', () => {
    expect(setBackgroundTimer({ setTimer: clock.setTimer } as Clock, task, 1)).toBe('ordinary');
  });
});
