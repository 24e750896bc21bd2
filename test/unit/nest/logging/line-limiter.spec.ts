import { LineLimiter, type HeldBack } from '../../../../lib/nest/logging/line-limiter.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';

function limiter(maxPerSecond: number) {
  const clock = new VirtualClock();
  const reports: { at: number; count: number; level: string; sorts: Record<string, number> }[] = [];
  const report = ({ count, level, sorts }: HeldBack): void => {
    reports.push({ at: clock.now(), count, level, sorts: Object.fromEntries(sorts) });
  };
  return { clock, reports, limiter: new LineLimiter(clock, maxPerSecond, report) };
}

describe('LineLimiter', () => {
  it('lets 2 lines of a second through, counts the rest and reports it when the second is over', async () => {
    const { clock, reports, limiter: lines } = limiter(2);
    await clock.advance(500);
    expect([1, 2, 3, 4].map(() => lines.admit('retry', 'warn'))).toEqual([true, true, false, false]);
    expect(lines.admit('opened', 'error')).toBe(false);

    await clock.advance(999);
    expect(reports).toEqual([]);
    await clock.advance(1);
    expect(reports).toEqual([{ at: 1500, count: 3, level: 'error', sorts: { retry: 2, opened: 1 } }]);
    expect(lines.admit('retry', 'warn')).toBe(true);
  });

  it('has a timer only while something is held back', async () => {
    const { clock, limiter: lines } = limiter(1);
    lines.admit('retry', 'warn');
    expect(clock.pending).toBe(0);
    lines.admit('retry', 'warn');
    lines.admit('retry', 'warn');
    expect(clock.pending).toBe(1);
    await clock.advance('1s');
    expect(clock.pending).toBe(0);
  });

  it('begins a second with its first line', async () => {
    const { clock, limiter: lines } = limiter(1);
    expect(lines.admit('retry', 'warn')).toBe(true);
    await clock.advance(999);
    expect(lines.admit('retry', 'warn')).toBe(false);
    await clock.advance(1);
    expect(lines.admit('retry', 'warn')).toBe(true);
    await clock.advance(10_000);
    expect(lines.admit('retry', 'warn')).toBe(true);
    expect(lines.admit('retry', 'warn')).toBe(false);
  });

  it('reports at once when it is closed, and leaves no timer', async () => {
    const { clock, reports, limiter: lines } = limiter(1);
    lines.admit('retry', 'debug');
    lines.admit('retry', 'debug');
    lines.close();
    expect(reports).toEqual([{ at: 0, count: 1, level: 'debug', sorts: { retry: 1 } }]);
    expect(clock.pending).toBe(0);
    lines.close();
    await clock.advance('2s');
    expect(reports).toHaveLength(1);
  });

  it('forgets the level of what it has reported', async () => {
    const { clock, reports, limiter: lines } = limiter(1);
    for (const level of ['error', 'error'] as const) lines.admit('opened', level);
    await clock.advance('1s');
    for (const level of ['log', 'log'] as const) lines.admit('closed', level);
    await clock.advance('1s');
    expect(reports.map(({ level }) => level)).toEqual(['error', 'log']);
  });
});
