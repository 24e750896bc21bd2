import type { TimerTask } from './clock.js';
import type { PlatformTimers } from './platform-timers.js';

/** What the entries have in common that were added to a {@link TimerList} in one turn of the event loop. */
interface Turn {
  /** When they fall due. Unknown until the event loop turns, where that spares each of them a look at the clock. */
  dueAt: number | undefined;
  /** The firing of their list after which they were added. */
  readonly round: number;
}

/** One pending task of a {@link TimerList}. */
export interface TimerEntry {
  readonly task: TimerTask;
  readonly turn: Turn;
  /** The list it waits in; `undefined` once it has fallen due or was removed. */
  list: TimerList | undefined;
  previous: TimerEntry | undefined;
  next: TimerEntry | undefined;
}

/** What a {@link TimerList} tells the queue it belongs to. */
export interface TimerListOwner {
  /** The list has something to do on the next turn of the event loop, by {@link TimerList.turn}. */
  awaitsTurn(list: TimerList): void;
  /** The list ran empty and has no platform timer. */
  forget(list: TimerList): void;
}

/** The longest delay that setTimeout waits for; beyond it fires at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * The pending tasks of one delay, in the order in which they came and therefore fall due, on one platform timer.
 *
 * Where the timers are the platform's own, an entry learns when it falls due on the next turn of the event loop: nothing
 * falls due before, and most entries are gone by then. So it is never early, and late by the rest of one turn at most.
 *
 * The timer is armed for the first task and left alone when that task is removed: it then fires early for the next one
 * and is armed anew. It keeps to the timers it was made with, so that tasks from before a switch to fake timers still
 * fall due in real time and the other way round.
 */
export class TimerList {
  readonly delayMs: number;
  readonly timers: PlatformTimers;
  private readonly owner: TimerListOwner;
  private readonly fire = (): void => this.onTimer();
  private timer: unknown;
  private head: TimerEntry | undefined;
  private tail: TimerEntry | undefined;
  private round = 0;
  private firing = false;
  private awaitsTurn = false;
  /** Of the entries that do not know yet when they fall due. */
  private undated: Turn | undefined;

  constructor(delayMs: number, timers: PlatformTimers, owner: TimerListOwner) {
    this.delayMs = delayMs;
    this.timers = timers;
    this.owner = owner;
  }

  append(task: TimerTask): TimerEntry {
    const previous = this.tail;
    // Where an earlier one does not know when it falls due, there is a platform timer, and the turn is awaited.
    const turn = this.undated ?? this.begin();
    const entry: TimerEntry = { task, turn, list: this, previous, next: undefined };
    if (previous === undefined) this.head = entry;
    else previous.next = entry;
    this.tail = entry;
    return entry;
  }

  private begin(): Turn {
    const { round } = this;
    const isArmed = this.timer !== undefined || this.firing;
    if (isArmed && this.timers.areReal === true) {
      if (!this.awaitsTurn) this.awaitTurn();
      return (this.undated = { dueAt: undefined, round });
    }
    if (!isArmed) this.arm(this.delayMs);
    return { dueAt: this.timers.now() + this.delayMs, round };
  }

  remove(entry: TimerEntry): void {
    this.unlink(entry);
    if (this.head === undefined && this.timer !== undefined && !this.awaitsTurn) this.awaitTurn();
  }

  /** The event loop has turned: dates the new entries, and gives up the platform timer where nobody waits for it. */
  turn(): void {
    this.awaitsTurn = false;
    this.dateTurn();
    if (this.head !== undefined) return;
    if (this.timer !== undefined) this.timers.clearTimeout(this.timer);
    this.timer = undefined;
    this.owner.forget(this);
  }

  private awaitTurn(): void {
    this.awaitsTurn = true;
    this.owner.awaitsTurn(this);
  }

  private dateTurn(): void {
    if (this.undated === undefined) return;
    this.undated.dueAt = this.timers.now() + this.delayMs;
    this.undated = undefined;
  }

  private unlink(entry: TimerEntry): void {
    const { previous, next } = entry;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.tail = previous;
    else next.previous = previous;
    // A handle that somebody keeps must not keep its neighbours.
    entry.list = entry.previous = entry.next = undefined;
  }

  private arm(delayMs: number): void {
    // Rounded up, because platforms cut off the fraction and would fire early.
    this.timer = this.timers.setTimeout(this.fire, Math.min(Math.ceil(delayMs), longestDelayMs));
  }

  private onTimer(): void {
    this.timer = undefined;
    this.firing = true;
    this.dateTurn();
    this.expireDue(this.timers.now());
    this.firing = false;
    if (this.head === undefined) this.owner.forget(this);
    else this.arm(Math.max(0, dueAt(this.head) - this.timers.now()));
  }

  private expireDue(now: number): void {
    // What a task adds to its own list waits for the next firing, even if the clock has not moved on.
    const round = this.round++;
    for (
      let entry = this.head;
      entry && dueAt(entry) <= now && entry.turn.round <= round;
      entry = this.head
    ) {
      this.unlink(entry);
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

/** When an entry falls due; at the latest, where that has not been looked at; NaN for one that was removed before. */
export function dueAt({ turn, list }: TimerEntry): number {
  return turn.dueAt ?? (list === undefined ? NaN : list.timers.now() + list.delayMs);
}
