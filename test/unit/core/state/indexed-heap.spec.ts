import fc from 'fast-check';
import { IndexedHeap, type Ranked } from '../../../../lib/core/state/indexed-heap.js';

const step = fc.record({
  kind: fc.constantFrom('add', 'add', 'remove', 'move'),
  which: fc.nat(100),
  rank: fc.constantFrom(-Infinity, 0, 1, 2, 3, 5, 8, Infinity),
});

describe('IndexedHeap', () => {
  it('knows one of the lowest rank, whatever was added, moved and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new IndexedHeap<Ranked>();
        const items: Ranked[] = [];
        for (const { kind, which, rank } of steps) {
          const index = which % Math.max(1, items.length);
          const item = items[index];
          if (kind === 'add') {
            const added = { rank, index: 0 };
            items.push(added);
            heap.add(added);
          } else if (item !== undefined && kind === 'move') {
            item.rank = rank;
            heap.moved(item);
          } else if (item !== undefined) {
            items.splice(index, 1);
            heap.remove(item);
          }
          expect(heap.size).toBe(items.length);
          const lowest = items.length === 0 ? undefined : Math.min(...items.map((one) => one.rank));
          expect(heap.first?.rank).toBe(lowest);
        }
      }),
    );
  });
});
