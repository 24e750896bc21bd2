import type { StoreHost } from '../../core/ports/state-store.js';
import { systemRandom } from '../../core/random.js';
import type { Clock, TimerHandle, TimerTask } from '../../core/time/clock.js';
import { systemClock } from '../../core/time/system-clock.js';

/** An engine as a store sees it, in real time, for stores speak to disks and servers. */
export class ContractHost implements StoreHost {
  readonly clock = new CountingClock();
  readonly random = systemRandom;
  /** What the store has said. */
  readonly said: string[] = [];

  diagnose(message: string): void {
    this.said.push(message);
  }

  unavailable(): void {
    this.said.push('unavailable');
  }

  recovered(): void {
    this.said.push('recovered');
  }
}

/** The system's clock, and how many timers of its user are pending. */
class CountingClock implements Clock {
  private readonly timers = new Set<CountedTimer>();

  now(): number {
    return systemClock.now();
  }

  epoch(): number {
    return systemClock.epoch();
  }

  get pending(): number {
    return this.timers.size;
  }

  setTimer(task: TimerTask, delayMs: number): TimerHandle {
    return this.add(task, (timer) => systemClock.setTimer(timer, delayMs));
  }

  setBackgroundTimer(task: TimerTask, delayMs: number): TimerHandle {
    return this.add(task, (timer) => systemClock.setBackgroundTimer?.(timer, delayMs));
  }

  clearTimer(handle: TimerHandle): void {
    if (!(handle instanceof CountedTimer)) return;
    this.timers.delete(handle);
    systemClock.clearTimer(handle.handle);
  }

  private add(task: TimerTask, set: (timer: TimerTask) => TimerHandle): TimerHandle {
    const timer = new CountedTimer(task, this.timers);
    this.timers.add(timer);
    timer.handle = set(timer);
    return timer;
  }
}

class CountedTimer implements TimerTask {
  handle: TimerHandle = undefined;

  constructor(
    private readonly task: TimerTask,
    private readonly timers: Set<CountedTimer>,
  ) {}

  expire(): void {
    this.timers.delete(this);
    this.task.expire();
  }
}
