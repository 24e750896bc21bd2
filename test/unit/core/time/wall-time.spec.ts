import type { Clock } from '../../../../lib/core/time/clock.js';
import { WallTime } from '../../../../lib/core/time/wall-time.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { EPOCH } from '../../../support/virtual-policy.js';

/** Like the system's: monotonic time has fractions, the wall clock whole milliseconds. */
class TwoClocks extends ManualClock implements Clock {
  setMs = 0;

  override epoch(): number {
    return Math.floor(EPOCH + this.setMs + this.now());
  }
}

function setUp() {
  const clock = new TwoClocks(0.7);
  return { clock, wall: new WallTime(clock) };
}

describe('an instant shown as wall-clock time', () => {
  it('is the same whenever it is asked for', () => {
    const { clock, wall } = setUp();
    const shown = new Set<number>();
    for (let at = 0.7; at < 1_000; at += 0.37) {
      clock.moveTo(at);
      shown.add(wall.at(60_000.2));
    }

    expect(shown.size).toBe(1);
    expect(Math.abs([...shown][0]! - EPOCH - 60_000)).toBeLessThanOrEqual(1);
  });

  it.each([3_600_000, -3_600_000, 11])('moves with the wall clock when that is set by %i ms', (byMs) => {
    const { clock, wall } = setUp();
    const before = wall.at(60_000);
    clock.setMs = byMs;

    expect(Math.abs(wall.at(60_000) - before - byMs)).toBeLessThanOrEqual(1);
    const after = wall.at(60_000);
    clock.moveTo(100.1);
    expect(wall.at(60_000)).toBe(after);
  });
});
