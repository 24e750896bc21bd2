import type { TimerTask } from './clock.js';
import type { PlatformTimers } from './platform-timers.js';
import { TimerList, type TimerEntry, type TimerListOwner } from './timer-list.js';

/**
 * Keeps any number of pending tasks on one platform timer per distinct delay.
 *
 * Tasks of one delay fall due in the order in which they came, so each delay is a first-in-first-out list and adding
 * and removing costs a few pointer writes. A list that has run empty keeps its timer until the event loop turns: calls
 * that follow one another in one turn share it. Once per turn the queue then clears the timers of the lists that are
 * still empty and forgets the lists, so that jittered delays leave nothing behind.
 */
export class TimerQueue implements TimerListOwner {
  private readonly lists = new Map<number, TimerList>();
  private readonly timers: () => PlatformTimers;
  private readonly onNextTurn: (callback: () => void) => void;
  private waiting: TimerList[] = [];
  /** The list used last: the calls of one policy have one limit. */
  private latest: TimerList | undefined;

  /**
   * @param timers gives the timers in force; another object as soon as they are other ones
   * @param onNextTurn runs its callback on a later turn of the event loop
   */
  constructor(timers: () => PlatformTimers, onNextTurn: (callback: () => void) => void) {
    this.timers = timers;
    this.onNextTurn = onNextTurn;
  }

  add(task: TimerTask, delayMs: number): TimerEntry {
    const { latest } = this;
    return latest !== undefined && latest.delayMs === delayMs && latest.timers === this.timers()
      ? latest.append(task)
      : this.listFor(delayMs).append(task);
  }

  private listFor(delayMs: number): TimerList {
    const timers = this.timers();
    // Platform timers know whole milliseconds alone; rounding up is never early and lets jittered delays share lists.
    const wholeMs = Math.ceil(delayMs);
    let list = this.lists.get(wholeMs);
    // Where fake timers were switched on or off, the old list goes on by itself in the time it was made in.
    if (list?.timers !== timers) {
      list = new TimerList(wholeMs, timers, this);
      this.lists.set(wholeMs, list);
    }
    return (this.latest = list);
  }

  remove(entry: TimerEntry): void {
    entry.list?.remove(entry);
  }

  awaitsTurn(list: TimerList): void {
    this.waiting.push(list);
    if (this.waiting.length === 1) this.onNextTurn(() => this.turn());
  }

  /** A list ran empty and has no platform timer. */
  forget(list: TimerList): void {
    if (this.latest === list) this.latest = undefined;
    if (this.lists.get(list.delayMs) === list) this.lists.delete(list.delayMs);
  }

  private turn(): void {
    const lists = this.waiting;
    this.waiting = [];
    for (const list of lists) list.turn();
  }
}
