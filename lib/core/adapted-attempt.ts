import type { AdapterAttempt, AttemptWatcher } from './attempt.js';
import type { OperationFunction } from './call-invocation.js';
import type { CallerOptions } from './caller.js';
import { FirstAttempt } from './first-attempt.js';
import { FirstRace, type Whole } from './first-race.js';
import type { Interruption } from './interruption.js';
import type { Lane } from './lane.js';
import type { AbortWatcher } from './signal-hub.js';

/**
 * A first attempt whose operation an adapter looks after, for a caller who may leave, such as the client of a request.
 */
export class AdaptedAttempt extends FirstAttempt implements AdapterAttempt, AbortWatcher {
  private ownWatcher: AttemptWatcher | null = null;
  private isGoingOn = false;
  /** What goes on after the answer keeps the slot. */
  private isSlotKept = false;
  /** Ends that, where the slot is a whole attempt's. */
  private release: (() => void) | undefined;

  constructor(
    lane: Lane,
    operation: OperationFunction,
    private readonly callerOptions: CallerOptions,
  ) {
    super(lane, operation, undefined, null, callerOptions);
  }

  override run(): Promise<unknown> {
    this.race = new FirstRace(this);
    this.callerOptions.caller.watch(this);
    return super.run();
  }

  get watcher(): AttemptWatcher | null {
    return this.ownWatcher;
  }

  set watcher(watcher: AttemptWatcher | null) {
    this.ownWatcher = watcher;
    if (this.whole !== null) this.whole.attempt.watcher = watcher;
  }

  get goesOn(): boolean {
    return this.isGoingOn;
  }

  set goesOn(goesOn: boolean) {
    this.isGoingOn = goesOn;
    if (this.whole !== null) this.whole.attempt.goesOn = goesOn;
  }

  keepSlot(): (() => void) | undefined {
    if (this.lane.control?.holdsUntilSettled !== true) return undefined;
    this.isSlotKept = true;
    if (this.whole !== null) this.release = this.whole.attempt.keepSlot();
    return () => this.letGo();
  }

  drop(value: unknown): void {
    this.becomeWhole().attempt.drop(value);
  }

  /** The caller has left. */
  aborted(interruption: Interruption): void {
    if (!this.isOver || this.whole !== null) this.becomeWhole().call.aborted(interruption);
  }

  private letGo(): void {
    if (!this.isSlotKept) return;
    this.isSlotKept = false;
    if (this.release !== undefined) this.release();
    else if (this.isOver) this.leaveSlot();
  }

  protected override leaveSlot(): void {
    if (!this.isSlotKept) super.leaveSlot();
  }

  override becomeWhole(): Whole {
    if (this.whole !== null) return this.whole;
    const whole = super.becomeWhole();
    whole.attempt.watcher = this.ownWatcher;
    whole.attempt.goesOn = this.isGoingOn;
    // One that has been answered gives the slot back by itself.
    if (this.isSlotKept && !this.isOver) this.release = whole.attempt.keepSlot();
    return whole;
  }
}
