const none = new Uint8Array(0);

/** The outcomes of the last `window` attempts, for the adaptive backoff. */
export class AdaptiveStats {
  #window: number;
  /** Ring of outcomes, 1 for a success; empty until the first one. */
  #ring = none;
  #next = 0;
  #used = 0;
  #successes = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /** Adds an outcome; the oldest one makes room. */
  record(success: boolean): void {
    if (this.#ring === none) this.#ring = new Uint8Array(this.#window);
    if (this.#used === this.#window) this.#successes -= this.#outcome(this.#next);
    else this.#used++;
    this.#ring[this.#next] = success ? 1 : 0;
    this.#successes += this.#outcome(this.#next);
    this.#next = (this.#next + 1) % this.#window;
  }

  /** The fraction of successes in [0, 1], or `undefined` while there are fewer than `minSamples` (from 1) outcomes. */
  ratio(minSamples: number): number | undefined {
    return this.#used < minSamples ? undefined : this.#successes / this.#used;
  }

  /** Changes the window; the newest outcomes stay. */
  resize(window: number): void {
    if (window === this.#window) return;
    const kept = this.#newest(Math.min(window, this.#used));
    this.#window = window;
    this.#ring = none;
    this.#next = this.#used = this.#successes = 0;
    for (const success of kept) this.record(success);
  }

  #newest(count: number): boolean[] {
    const first = this.#next - count + this.#window;
    return Array.from({ length: count }, (_, i) => this.#outcome((first + i) % this.#window) === 1);
  }

  #outcome(index: number): number {
    return this.#ring[index] as number;
  }
}
