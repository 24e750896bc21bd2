import { Injectable } from '@nestjs/common';

/** A line for each turn of a job, and the count at the end. */
@Injectable()
export class Screen {
  private readonly start = performance.now();
  private ended = 0;
  sentCount = 0;
  givenUp = 0;

  sent(address: string, turns: number): void {
    this.sentCount++;
    this.ended++;
    this.line(address, `sent, in turn ${turns}`);
  }

  /** @param delayMs - after which the queue makes the job again; `undefined`: never */
  failed(address: string, turns: number, error: Error, delayMs: number | undefined): void {
    if (delayMs !== undefined)
      return this.line(address, `turn ${turns}: ${error.message}; again in ${delayMs} ms`);
    this.givenUp++;
    this.ended++;
    this.line(address, `turn ${turns}: ${error.message}; never again`);
  }

  isOver(jobs: number): boolean {
    return this.ended >= jobs;
  }

  private line(address: string, says: string): void {
    const seconds = ((performance.now() - this.start) / 1000).toFixed(1);
    console.log(`${seconds.padStart(5)}s  ${address.padEnd(22)}  ${says}`);
  }
}
