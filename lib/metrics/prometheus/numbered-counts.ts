import { LAST_NUMBER, numberLabel } from '../labels.js';
import type { Labels, Row } from './read-metric.js';

/** Counts by a number that is a label, such as that of the attempt; high numbers are counted together. */
export class NumberedCounts {
  private readonly counts: number[] = [0, 0];
  private readonly labels: Labels[] = [];

  constructor(private readonly labelsOf: (number: string) => Labels) {}

  add(number: number): void {
    const { counts } = this;
    const index = number > LAST_NUMBER ? LAST_NUMBER : number;
    while (counts.length <= index) counts.push(0);
    counts[index] = (counts[index] ?? 0) + 1;
  }

  /** One for each number that has been counted. */
  rows(): Row[] {
    return this.counts.flatMap((value, index) =>
      value === 0 ? [] : [{ value, series: (this.labels[index] ??= this.labelsOf(numberLabel(index))) }],
    );
  }

  reset(): void {
    this.counts.fill(0);
  }
}
