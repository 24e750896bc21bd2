import { createPolicy } from '../../../lib/core/create-policy.js';
import type { RedisInstance } from '../../support/redis-instance.js';

/**
 * What a store adds to calls: of a shared limit in milliseconds, beside the same call without a store at the same moment,
 * so that a slow machine slows down both; of all other calls in turns of the event loop, which no machine changes.
 */
export class AddedLatency {
  /** How calls ended. */
  readonly results = new Set<string>();
  /** How often a call without a shared limit was not over within the turn that it began in. */
  turns = 0;
  private readonly addedMs: number[] = [];
  private readonly alone = createPolicy({
    name: 'alone',
    rateLimiter: { limit: 1_000_000 },
    circuitBreaker: {},
  });

  constructor(
    private readonly shared: RedisInstance,
    private readonly unlimited: RedisInstance,
  ) {}

  async measure(): Promise<void> {
    const [withoutMs, withMs] = await Promise.all([
      this.timed(() => this.callAlone()),
      this.timed(() => this.callShared()),
    ]);
    this.addedMs.push(withMs - withoutMs);
    if (!(await this.endsInOneTurn())) this.turns++;
  }

  /** What 99 of 100 calls stay below. */
  p99(): number {
    const sorted = this.addedMs.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
  }

  close(): Promise<void> {
    return this.alone.dispose();
  }

  private async timed(call: () => Promise<unknown>): Promise<number> {
    const startedAt = performance.now();
    await call();
    return performance.now() - startedAt;
  }

  private async callShared(): Promise<void> {
    this.results.add(await this.shared.call());
  }

  /** Whoever waits for a network sees one turn of the event loop at least. */
  private async callAlone(): Promise<void> {
    await this.alone.execute(() => undefined);
    await new Promise((next) => setImmediate(next));
  }

  private async endsInOneTurn(): Promise<boolean> {
    let isOver = false;
    const call = this.unlimited.call().then((result) => {
      this.results.add(result);
      isOver = true;
    });
    await new Promise((next) => setImmediate(next));
    const wasOver = isOver;
    await call;
    return wasOver;
  }
}
