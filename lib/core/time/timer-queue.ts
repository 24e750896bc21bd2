import type { TimerTask } from './clock.js';
import type { PlatformTimers } from './platform-timers.js';
import { TimerList, type TimerEntry, type TimerListOwner } from './timer-list.js';

/**
 * Keeps any number of pending tasks on one platform timer per distinct delay.
 *
 * Tasks of one delay fall due in the order in which they came, so each delay is a first-in-first-out list and adding
 * and removing costs a few pointer writes. A list that has run empty keeps its timer until the event loop turns: calls
 * that follow one another in one turn share it. One clean-up per turn then clears the timers of the lists that are
 * still empty and forgets the lists, so that jittered delays leave nothing behind.
 */
export class TimerQueue implements TimerListOwner {
  readonly #lists = new Map<number, TimerList>();
  readonly #timers: () => PlatformTimers;
  readonly #onNextTurn: (callback: () => void) => void;
  #emptied: TimerList[] = [];

  /**
   * @param timers gives the timers in force; another object as soon as they are other ones
   * @param onNextTurn runs its callback on a later turn of the event loop
   */
  constructor(timers: () => PlatformTimers, onNextTurn: (callback: () => void) => void) {
    this.#timers = timers;
    this.#onNextTurn = onNextTurn;
  }

  add(task: TimerTask, delayMs: number): TimerEntry {
    const timers = this.#timers();
    // Platform timers know whole milliseconds alone; rounding up is never early and lets jittered delays share lists.
    const wholeMs = Math.ceil(delayMs);
    let list = this.#lists.get(wholeMs);
    // Where fake timers were switched on or off, the old list goes on by itself in the time it was made in.
    if (list?.timers !== timers) {
      list = new TimerList(wholeMs, timers, this);
      this.#lists.set(wholeMs, list);
    }
    return list.append(task);
  }

  remove(entry: TimerEntry): void {
    entry.list?.remove(entry);
  }

  /** A list ran empty while its platform timer is still armed. */
  emptied(list: TimerList): void {
    this.#emptied.push(list);
    if (this.#emptied.length === 1) this.#onNextTurn(() => this.#cleanUp());
  }

  /** A list ran empty and has no platform timer. */
  forget(list: TimerList): void {
    if (this.#lists.get(list.delayMs) === list) this.#lists.delete(list.delayMs);
  }

  #cleanUp(): void {
    const lists = this.#emptied;
    this.#emptied = [];
    for (const list of lists) list.disarmIfEmpty();
  }
}
