/** Counts the recorded samples of a closed circuit; a rule asks it for ratios. */
export interface SampleWindow {
  /** Samples in the window. */
  total(now: number): number;
  failures(now: number): number;
  slow(now: number): number;
  /** True while neither a failure nor a slow sample can be inside: no rule can fire. */
  isClean(): boolean;
  /** True while one more sample that is neither changes nothing. */
  isFullOfSuccesses(): boolean;
  record(now: number, failed: boolean, slow: boolean): void;
  /** Samples from which on the rules apply. */
  minimum(minimumCalls: number): number;
}
