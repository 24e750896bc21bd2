// Looked up once: in jest's sandbox a global is slow, and these are read millions of times.
const { imul, floor, log } = Math;

/** A small generator with a seed, so that a failure names what to run again. */
export class Dice {
  constructor(private seed: number) {}

  /** Uniform in [0, 1). (mulberry32) */
  roll(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(n: number): number {
    return floor(this.roll() * n);
  }

  pick<T>(...among: readonly [T, ...T[]]): T {
    return among[this.below(among.length)] as T;
  }

  chance(probability: number): boolean {
    return this.roll() < probability;
  }

  /** A pause of a Poisson process: exponential, of this mean. */
  pause(meanMs: number): number {
    return -log(1 - this.roll()) * meanMs;
  }
}
