import type { TimerTask } from './clock.js';
import type { PlatformTimers } from './platform-timers.js';

/** One pending task of a {@link TimerList}. */
export interface TimerEntry {
  readonly task: TimerTask;
  readonly dueAt: number;
  /** The firing of its list after which it was added. */
  readonly round: number;
  /** The list it waits in; `undefined` once it has fallen due or was removed. */
  list: TimerList | undefined;
  previous: TimerEntry | undefined;
  next: TimerEntry | undefined;
}

/** What a {@link TimerList} tells the queue it belongs to. */
export interface TimerListOwner {
  /** The list ran empty while its platform timer is still armed. */
  emptied(list: TimerList): void;
  /** The list ran empty and has no platform timer. */
  forget(list: TimerList): void;
}

/** The longest delay that setTimeout waits for; beyond it fires at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * The pending tasks of one delay, in the order in which they came and therefore fall due, on one platform timer.
 *
 * The timer is armed for the first task and left alone when that task is removed: it then fires early for the next one
 * and is armed anew. It keeps to the timers it was made with, so that tasks from before a switch to fake timers still
 * fall due in real time and the other way round.
 */
export class TimerList {
  readonly delayMs: number;
  readonly timers: PlatformTimers;
  readonly #owner: TimerListOwner;
  readonly #fire = (): void => this.#onTimer();
  #timer: unknown;
  #head: TimerEntry | undefined;
  #tail: TimerEntry | undefined;
  #round = 0;
  #firing = false;
  #awaitsCleanUp = false;

  constructor(delayMs: number, timers: PlatformTimers, owner: TimerListOwner) {
    this.delayMs = delayMs;
    this.timers = timers;
    this.#owner = owner;
  }

  append(task: TimerTask): TimerEntry {
    const dueAt = this.timers.now() + this.delayMs;
    const previous = this.#tail;
    const entry: TimerEntry = { task, dueAt, round: this.#round, list: this, previous, next: undefined };
    if (previous === undefined) this.#head = entry;
    else previous.next = entry;
    this.#tail = entry;
    if (this.#timer === undefined && !this.#firing) this.#arm(this.delayMs);
    return entry;
  }

  remove(entry: TimerEntry): void {
    this.#unlink(entry);
    if (this.#head !== undefined || this.#timer === undefined || this.#awaitsCleanUp) return;
    this.#awaitsCleanUp = true;
    this.#owner.emptied(this);
  }

  disarmIfEmpty(): void {
    this.#awaitsCleanUp = false;
    if (this.#head !== undefined) return;
    if (this.#timer !== undefined) this.timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#owner.forget(this);
  }

  #unlink(entry: TimerEntry): void {
    const { previous, next } = entry;
    if (previous === undefined) this.#head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    // A handle that somebody keeps must not keep its neighbours.
    entry.list = entry.previous = entry.next = undefined;
  }

  #arm(delayMs: number): void {
    // Rounded up, because platforms cut off the fraction and would fire early.
    this.#timer = this.timers.setTimeout(this.#fire, Math.min(Math.ceil(delayMs), longestDelayMs));
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.#firing = true;
    this.#expireDue(this.timers.now());
    this.#firing = false;
    if (this.#head === undefined) this.#owner.forget(this);
    else this.#arm(Math.max(0, this.#head.dueAt - this.timers.now()));
  }

  #expireDue(now: number): void {
    // What a task adds to its own list waits for the next firing, even if the clock has not moved on.
    const round = this.#round++;
    for (let entry = this.#head; entry && entry.dueAt <= now && entry.round <= round; entry = this.#head) {
      this.#unlink(entry);
      expire(entry.task);
    }
  }
}

/** A task that throws breaks its contract: the error becomes an uncaught one, and the other tasks still run. */
function expire(task: TimerTask): void {
  try {
    task.expire();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
