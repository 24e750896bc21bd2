/** For how many attempts unused hedges are saved up. */
const MEMORY = 100;

/**
 * A share of the attempts as tokens: each attempt earns `ratio` of one, a hedge spends one. A hedge is allowed while the
 * hedges are fewer than ratio · attempts, as the retry budget counts: the first attempt may have one.
 *
 * @see Finagle's `RetryBudget`, whose token bucket this is, without its reserve
 */
export class HedgeBudget {
  private tokens: number;

  constructor(private ratio: number) {
    this.tokens = 1 - ratio;
  }

  reconfigure(ratio: number): void {
    this.ratio = ratio;
    this.tokens = Math.min(this.tokens, this.mostTokens);
  }

  /** An attempt begins. */
  earn(): void {
    this.tokens = Math.min(this.mostTokens, this.tokens + this.ratio);
  }

  get allowsHedge(): boolean {
    // Ten times 0.1 is a little less than 1.
    return this.tokens >= 1 - 1e-9;
  }

  spend(): void {
    this.tokens = Math.max(0, this.tokens - 1);
  }

  private get mostTokens(): number {
    return Math.max(1, this.ratio * MEMORY);
  }
}
