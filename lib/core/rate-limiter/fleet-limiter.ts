import type { Wait } from '../interruption.js';
import type { PermitStore, RateAnswer } from '../ports/permit-store.js';
import type { Clock, TimerHandle, TimerTask } from '../time/clock.js';
import type { Rate } from './rate-limiter-options.js';

/** A rate that all instances keep together, and over what. */
export interface FleetRate {
  readonly permits: PermitStore;
  readonly clock: Clock;
  /** Of all instances. */
  readonly rate: Rate;
  readonly storeTimeoutMs: number;
}

/**
 * The limit of one key over all instances. Who waits for a token here waits in line: those who come later ask later.
 */
export class FleetLimiter {
  /** How many calls wait for a token. */
  waiting = 0;
  private lastDueAt = -Infinity;

  constructor(
    private readonly fleet: FleetRate,
    private readonly name: string,
    private readonly key: string | undefined,
  ) {}

  /** Asks for a token. */
  ask(): FleetAnswer {
    return new FleetAnswer(this.fleet, this.name, this.key);
  }

  /** Milliseconds until it is the turn of a newcomer, behind those who wait here; 0 where nobody does. */
  queueMs(): number {
    return this.waiting === 0 ? 0 : Math.max(0, this.lastDueAt + this.tokenMs - this.fleet.clock.now());
  }

  /** Somebody waits for so long before asking again. */
  join(waitMs: number): void {
    this.waiting++;
    this.lastDueAt = Math.max(this.lastDueAt, this.fleet.clock.now() + waitMs);
  }

  leave(): void {
    this.waiting--;
  }

  private get tokenMs(): number {
    const { limit, intervalMs } = this.fleet.rate;
    return intervalMs / limit;
  }
}

/** The store's answer to one call: there, or not in time, whichever is first. */
export class FleetAnswer implements Wait, TimerTask {
  readonly over: Promise<void>;
  /** `undefined` where there is none: the local share decides. */
  answer: RateAnswer | undefined;
  private end!: () => void;
  private readonly timer: TimerHandle;

  constructor(
    private readonly fleet: FleetRate,
    name: string,
    key: string | undefined,
  ) {
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
    this.timer = fleet.clock.setTimer(this, fleet.storeTimeoutMs);
    this.ask(key === undefined ? JSON.stringify([name]) : JSON.stringify([name, key])).then(
      (answer) => this.answered(answer),
      () => this.interrupt(),
    );
  }

  expire(): void {
    this.end();
  }

  interrupt(): void {
    this.fleet.clock.clearTimer(this.timer);
    this.end();
  }

  private answered(answer: RateAnswer): void {
    this.answer = answer;
    this.interrupt();
  }

  private async ask(name: string): Promise<RateAnswer> {
    const { permits, rate, storeTimeoutMs: withinMs } = this.fleet;
    return permits.takeRate({ ...rate, name, withinMs });
  }
}
