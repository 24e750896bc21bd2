import type { PlatformTimers } from '../../lib/core/time/platform-timers.js';

interface Armed {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** Platform timers that a test fires by hand; it counts what was armed and shows what still is. */
export class ManualTimers implements PlatformTimers {
  time = 0;
  armedInTotal = 0;
  readonly armed = new Map<number, Armed>();
  readonly delays: number[] = [];

  now(): number {
    return this.time;
  }

  setTimeout(callback: () => void, delayMs: number): number {
    const id = ++this.armedInTotal;
    this.delays.push(delayMs);
    this.armed.set(id, { callback, dueAt: this.time + delayMs });
    return id;
  }

  clearTimeout(timer: unknown): void {
    this.armed.delete(timer as number);
  }

  /** Moves to `time` and fires what is due, as often as it arms itself again. */
  moveTo(time: number): void {
    for (let next = this.#next(); next && next[1].dueAt <= time; next = this.#next()) {
      this.time = Math.max(this.time, next[1].dueAt);
      this.fire(next[0]);
    }
    this.time = time;
  }

  /** Fires one timer now, due or not, as an imprecise platform may. */
  fire(id: number): void {
    const timer = this.armed.get(id);
    this.armed.delete(id);
    timer?.callback();
  }

  #next(): [number, Armed] | undefined {
    return [...this.armed].sort(([, a], [, b]) => a.dueAt - b.dueAt)[0];
  }
}
