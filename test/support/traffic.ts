import type { StepClock } from './step-clock.js';
import type { Dice } from './dice.js';

/** Calls that come at a rate that changes with time, at random (a Poisson process) or evenly, and what became of them. */
export class Traffic {
  private readonly made: { readonly at: number; ok: boolean }[] = [];

  /**
   * @param dice - what makes it random
   * @param perSecond - the rate at this time, in milliseconds from the start
   * @param call - makes one call; true if it succeeded
   */
  constructor(
    private readonly clock: StepClock,
    private readonly dice: Dice | 'even',
    private readonly perSecond: (at: number) => number,
    private readonly call: () => Promise<boolean>,
  ) {}

  start(): void {
    this.clock.setTimer({ expire: () => this.arrive() }, this.pause());
  }

  /** Number of calls that began between these times. */
  calls(from: number, to: number): number {
    return this.madeWithin(from, to).length;
  }

  /** The share of the calls that began between these times which succeeded. */
  goodput(from: number, to: number): number {
    const made = this.madeWithin(from, to);
    return made.filter(({ ok }) => ok).length / made.length;
  }

  private arrive(): void {
    const one = { at: this.clock.now(), ok: false };
    this.made.push(one);
    void this.call().then((ok) => {
      one.ok = ok;
    });
    this.start();
  }

  private pause(): number {
    const meanMs = 1000 / this.perSecond(this.clock.now());
    return this.dice === 'even' ? meanMs : this.dice.pause(meanMs);
  }

  private madeWithin(from: number, to: number): readonly { readonly ok: boolean }[] {
    return this.made.filter(({ at }) => at >= from && at < to);
  }
}
