import { Waiter, WaitLine } from '../../../../lib/core/state/wait-line.js';

class One extends Waiter<One> {}

function lineOf(count: number) {
  const line = new WaitLine<One>();
  const waiters = Array.from({ length: count }, () => new One());
  for (const waiter of waiters) line.join(waiter);
  /** Which ones stand in the line, read from the front. */
  const order = (): number[] => {
    const seen: number[] = [];
    for (let one = line.first; one !== undefined; one = one.next) seen.push(waiters.indexOf(one));
    return seen;
  };
  const at = (index: number): One => waiters[index] as One;
  return { line, at, order };
}

describe('WaitLine', () => {
  it.each([
    { leaves: 0, left: [1, 2] },
    { leaves: 1, left: [0, 2] },
    { leaves: 2, left: [0, 1] },
  ])('keeps the order of the others when number $leaves of three leaves', ({ leaves, left }) => {
    const { line, at, order } = lineOf(3);
    at(leaves).interrupt();
    expect(order()).toEqual(left);
    expect(line.length).toBe(2);
    const late = new One();
    line.join(late);
    expect(late.previous).toBe(at(left[1] as number));
  });

  it('is empty when the last one has left, and begins anew', () => {
    const { line, at, order } = lineOf(1);
    at(0).interrupt();
    expect([line.length, line.first]).toEqual([0, undefined]);
    line.join(at(0));
    expect(order()).toEqual([0]);
  });

  it('tells who was admitted from who left, once and for all', async () => {
    const { line, at } = lineOf(2);
    at(0).admit();
    at(0).interrupt();
    at(1).interrupt();
    at(1).admit();
    await Promise.all([at(0).over, at(1).over]);
    expect([at(0).isAdmitted, at(1).isAdmitted]).toEqual([true, false]);
    expect(line.length).toBe(0);
  });

  it('keeps no neighbour alive through one that has left', () => {
    const { at } = lineOf(3);
    at(1).interrupt();
    expect([at(1).previous, at(1).next, at(1).line]).toEqual([undefined, undefined, undefined]);
  });
});
