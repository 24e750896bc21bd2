import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { LiveFeed } from '../../../lib/dashboard/live/live-feed.js';
import type { RawResponse } from '../../../lib/dashboard/live/sse-client.js';
import type { ResilienceInspection } from '../../../lib/nest/inspection/resilience-inspection.js';

class Reader implements RawResponse {
  readonly writableLength = 0;
  readonly told: string[] = [];
  isEnded = false;
  isDestroyed = false;
  private close = (): void => undefined;

  writeHead(): void {}

  write(chunk: string): boolean {
    if (this.isEnded) throw new Error('write after end');
    this.told.push(chunk);
    return true;
  }

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
    this.close();
  }

  on(event: 'close' | 'error', listener: () => void): void {
    if (event === 'close') this.close = listener;
  }
}

function feed() {
  const clock = new VirtualClock();
  const events = { on: () => () => undefined };
  const nothing = { breakers: () => [], bulkheads: () => [], budgets: () => [] };
  const inspection = { clock, events, ...nothing } as unknown as ResilienceInspection;
  return { clock, feed: new LiveFeed(inspection, { readOnly: true }) };
}

describe('a live connection', () => {
  it('ends after a quarter of an hour, with a word, so that guards ask again who watches', async () => {
    const { clock, feed: live } = feed();
    const [early, late] = [new Reader(), new Reader()];
    live.connect(early, undefined);
    await clock.advance('10m');
    live.connect(late, undefined);
    await clock.advance('4m');
    expect([early.isEnded, late.isEnded]).toEqual([false, false]);
    await clock.advance('1m');
    expect([early.isEnded, late.isEnded]).toEqual([true, false]);
    expect(early.told.at(-1)).toBe('event: again\ndata: {}\n\n');
    await clock.advance('5s');
    expect([early.isDestroyed, late.isDestroyed]).toEqual([true, false]);
    expect(late.told.at(-1)).toMatch(/^event: figures/);
    late.destroy();
    expect(clock.pending).toBe(0);
  });
});
