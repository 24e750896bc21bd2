import type { Clock, TimerHandle, TimerTask } from '../core/time/clock.js';
import { type Duration, parseDuration } from '../core/time/duration.js';
import { systemClock } from '../core/time/system-clock.js';
import { idle, settle } from './event-loop.js';

/** How a {@link VirtualClock} starts and moves. */
export interface VirtualClockOptions {
  /**
   * Jumps to the next timer whenever the event loop has nothing left to run, so that a test which nobody advances never
   * hangs.
   *
   * @defaultValue `false`: time moves by `advance` alone
   */
  autoAdvance?: boolean;

  /**
   * Where the monotonic clock starts, in milliseconds.
   *
   * @defaultValue `0`
   */
  now?: number;

  /**
   * Where the wall clock starts, in milliseconds since 1970.
   *
   * @defaultValue the real wall clock at construction, so that dates made with `Date.now()` make sense to it
   */
  epoch?: number;
}

interface VirtualTimer {
  readonly task: TimerTask;
  readonly dueAt: number;
}

/**
 * A clock that stands still until a test moves it.
 *
 * Timers fall due in order of their time, then of their creation; while a task runs, the clock shows exactly the time
 * at which it was due. Before time moves on, everything that can run is run to the end: promise chains, immediates, and
 * I/O and real timers that take no longer than 50 real milliseconds.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const policy = createPolicy({ name: 'orders', retry: { backoff: { jitter: false } } }, { clock });
 * const result = policy.execute(scripted([new Error('down'), 'fine']));
 * await clock.advance('1s');
 * expect(await result).toBe('fine');
 * ```
 */
export class VirtualClock implements Clock {
  readonly #autoAdvance: boolean;
  /** Sorted by due time, then by creation. */
  readonly #timers: VirtualTimer[] = [];
  /** The calls of `advance` in progress; the last one has the word. */
  readonly #advances: object[] = [];
  #now: number;
  #epochOffset: number;
  #watching = false;
  /** Counts timers set and cleared, to tell whether anything happened. */
  #changes = 0;

  constructor(options: VirtualClockOptions = {}) {
    this.#autoAdvance = options.autoAdvance ?? false;
    this.#now = options.now ?? 0;
    this.#epochOffset = (options.epoch ?? systemClock.epoch()) - this.#now;
  }

  /** The monotonic time in milliseconds. */
  now(): number {
    return this.#now;
  }

  /** The wall clock in milliseconds since 1970; moves along with `now()`. */
  epoch(): number {
    return this.#now + this.#epochOffset;
  }

  /** How many timers wait to fall due. */
  get pending(): number {
    return this.#timers.length;
  }

  setTimer(task: TimerTask, delayMs: number): TimerHandle {
    const timer: VirtualTimer = { task, dueAt: this.#now + (delayMs > 0 ? delayMs : 0) };
    if (timer.dueAt === Infinity) return undefined;
    const at = this.#timers.findLastIndex((other) => other.dueAt <= timer.dueAt) + 1;
    this.#timers.splice(at, 0, timer);
    this.#changes++;
    this.#watch();
    return timer;
  }

  dueAt(handle: TimerHandle): number {
    return (handle as VirtualTimer | undefined)?.dueAt ?? Infinity;
  }

  clearTimer(handle: TimerHandle): void {
    const at = this.#timers.indexOf(handle as VirtualTimer);
    if (at === -1) return;
    this.#timers.splice(at, 1);
    this.#changes++;
  }

  /**
   * Moves time on and runs what falls due meanwhile, timers included that are only made on the way.
   *
   * A call from within an operation comes before one that is already in progress: the operation takes that long, and the
   * outer call goes on from there.
   *
   * @throws TypeError when `duration` is not a finite duration of at least 0.
   */
  async advance(duration: Duration): Promise<void> {
    const ms = parseDuration(duration);
    if (ms === undefined || ms === Infinity) {
      throw new TypeError(`Expected a finite duration such as '2s' or 2000, got ${String(duration)}.`);
    }
    const until = this.#now + ms;
    const turn = {};
    this.#advances.push(turn);
    try {
      await this.#runUntil(until, turn);
    } finally {
      this.#advances.splice(this.#advances.indexOf(turn), 1);
      this.#watch();
    }
  }

  /** Moves the wall clock alone, forward or (negative) back, as a time server or a person does. */
  jumpEpoch(ms: number): void {
    this.#epochOffset += ms;
  }

  async #runUntil(until: number, turn: object): Promise<void> {
    await this.#settle(turn);
    for (let next = this.#timers[0]; next && next.dueAt <= until; next = this.#timers[0]) {
      this.#run(next);
      await this.#settle(turn);
    }
    this.#now = Math.max(this.#now, until);
  }

  async #settle(turn: object): Promise<void> {
    do await (this.#isDue() ? settle() : idle());
    while (this.#advances.at(-1) !== turn);
  }

  /** Whether a timer is due without time moving on. */
  #isDue(): boolean {
    return this.#timers[0] !== undefined && this.#timers[0].dueAt <= this.#now;
  }

  #run(timer: VirtualTimer): void {
    this.clearTimer(timer);
    this.#now = Math.max(this.#now, timer.dueAt);
    timer.task.expire();
  }

  /** Lives only while timers wait and nobody advances, so it keeps no process alive for nothing. */
  #watch(): void {
    if (!this.#autoAdvance || this.#watching) return;
    this.#watching = true;
    void this.#jumpWhileIdle();
  }

  async #jumpWhileIdle(): Promise<void> {
    try {
      while (this.#timers.length > 0 && this.#advances.length === 0) {
        const changes = this.#changes;
        await idle();
        const next = this.#timers[0];
        if (next !== undefined && this.#advances.length === 0 && changes === this.#changes) this.#run(next);
      }
    } finally {
      this.#watching = false;
    }
  }
}
