import type { RateAnswer, SharedRate } from '../../core/ports/permit-store.js';
import type { RedisLink } from './link.js';
import { takeRate } from './scripts/take-rate.js';

/** More are asked for in the next question: Redis does nothing else meanwhile. */
const MOST_AT_ONCE = 1000;

interface Waiting {
  readonly rate: SharedRate;
  resolve(answer: RateAnswer): void;
  reject(error: unknown): void;
}

/** Those who want a permit of one limiter: one question at a time for all of them, however many they are. */
export class RateBatch {
  private waiting: Waiting[] = [];
  private isAsking = false;

  constructor(
    private readonly key: string,
    private readonly link: RedisLink,
    private readonly withinMs: number,
    private readonly onIdle: () => void,
  ) {}

  take(rate: SharedRate): Promise<RateAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ rate, resolve, reject });
      if (!this.isAsking) void this.askForAll();
    });
  }

  private async askForAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) await this.ask(this.waiting.splice(0, MOST_AT_ONCE));
    this.isAsking = false;
    this.onIdle();
  }

  private async ask(batch: readonly Waiting[]): Promise<void> {
    try {
      const [got, waitMs] = await this.permitsFor(batch);
      batch.forEach(({ resolve }, index) => {
        resolve(index < got ? { allowed: true } : { allowed: false, retryAfterMs: waitMs });
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private async permitsFor(batch: readonly Waiting[]): Promise<readonly [number, number]> {
    const { limit, intervalMs, burst, withinMs = this.withinMs } = (batch.at(-1) as Waiting).rate;
    const answer = await this.link.run({
      script: takeRate,
      keys: [this.key],
      args: [limit, intervalMs * 1000, burst, batch.length],
      withinMs,
    });
    const [got, waitMs] = answer as readonly [number, string];
    return [Number(got), Number(waitMs)];
  }
}
