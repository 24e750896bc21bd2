import { EndingClock } from '../../../../lib/core/time/ending-clock.js';
import { virtualClock } from '../../../support/virtual-policy.js';

function ending() {
  const clock = virtualClock();
  const fired: string[] = [];
  const task = (name: string) => ({ expire: () => void fired.push(name) });
  return { clock, fired, task, ending: new EndingClock(clock) };
}

describe('EndingClock', () => {
  it('tells the time of the clock behind it', () => {
    const { clock, ending: own } = ending();

    expect([own.now(), own.epoch()]).toEqual([clock.now(), clock.epoch()]);
  });

  it('lets timers fall due in their order, and clears others', async () => {
    const { clock, fired, task, ending: own } = ending();
    own.setTimer(task('b'), 20);
    own.setTimer(task('a'), 10);
    const cleared = own.setTimer(task('cleared'), 15);
    own.clearTimer(cleared);
    own.clearTimer(cleared);
    own.clearTimer(undefined);
    await clock.advance(30);

    expect(fired).toEqual(['a', 'b']);
  });

  it('clears all that is pending when it ends, and sets no timer from then on', async () => {
    const { clock, fired, task, ending: own } = ending();
    const handles = ['first', 'second', 'third', 'fourth'].map((name, index) =>
      own.setTimer(task(name), 10 * (index + 1)),
    );
    await clock.advance(10);
    own.clearTimer(handles[2]);
    expect(clock.pending).toBe(2);

    own.end();
    expect(clock.pending).toBe(0);
    expect(own.setTimer(task('late'), 0)).toBeUndefined();
    expect(own.setBackgroundTimer(task('late'), 0)).toBeUndefined();
    own.clearTimer(handles[0]);
    own.end();
    await clock.advance(100);

    expect(fired).toEqual(['first']);
  });

  it('takes delays of any length', async () => {
    const { clock, fired, task, ending: own } = ending();
    own.setTimer(task('never'), Infinity);
    own.setTimer(task('late'), 2 ** 31);
    await clock.advance(2 ** 31);
    own.end();

    expect(fired).toEqual(['late']);
    expect(clock.pending).toBe(0);
  });

  it('lets background timers fall due, also on a clock that knows none', async () => {
    const { clock, fired, task } = ending();
    const plain = {
      now: () => clock.now(),
      epoch: () => clock.epoch(),
      setTimer: clock.setTimer.bind(clock),
      clearTimer: clock.clearTimer.bind(clock),
    };
    const own = new EndingClock(plain);
    own.setBackgroundTimer(task('kept'), 10);
    await clock.advance(10);
    own.setBackgroundTimer(task('ended'), 10);
    own.end();
    await clock.advance(10);

    expect(fired).toEqual(['kept']);
  });
});
