import { LAST_NUMBER, numberLabel } from '../labels.js';
import { rowOf, type Labels, type Row } from './read-metric.js';

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

  /** One line for each number that has been counted. */
  write(rows: Row[]): void {
    this.counts.forEach((count, index) => {
      if (count > 0) rows.push(rowOf((this.labels[index] ??= this.labelsOf(numberLabel(index))), count));
    });
  }

  reset(): void {
    this.counts.fill(0);
  }
}
