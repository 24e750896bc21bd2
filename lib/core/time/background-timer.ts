import type { Clock, TimerHandle, TimerTask } from './clock.js';

/** A timer that the process does not stay alive for, where the clock knows such. */
export function setBackgroundTimer(clock: Clock, task: TimerTask, delayMs: number): TimerHandle {
  return clock.setBackgroundTimer === undefined
    ? clock.setTimer(task, delayMs)
    : clock.setBackgroundTimer(task, delayMs);
}
