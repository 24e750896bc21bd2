import { DecayingStates } from '../../../../lib/core/state/decaying-states.js';

let looks = 0;

class State {
  constructor(
    readonly key: string | undefined,
    public until = -Infinity,
  ) {}

  get idleAt(): number {
    looks++;
    return this.until;
  }
}

function states(maxKeys: number) {
  const time = { now: 0 };
  const decaying = new DecayingStates<State>(
    (key) => new State(key),
    maxKeys,
    () => time.now,
  );
  const keys = () => [...decaying.all()].map(({ key }) => key).sort();
  /** Uses the state, which is busy for a while from then on. */
  const busyUntil = (key: string, until: number): void => {
    decaying.get(key).until = until;
  };
  return { decaying, time, keys, busyUntil };
}

describe('DecayingStates', () => {
  it('makes a state on its first use, and keeps the unkeyed one apart', () => {
    const { decaying, keys } = states(1);
    const unkeyed = decaying.get(undefined);
    const a = decaying.get('a');
    expect(decaying.get('a')).toBe(a);
    decaying.get('b');
    expect(decaying.get(undefined)).toBe(unkeyed);
    expect(keys()).toEqual(['b', undefined]);
    expect(decaying.keys).toBe(1);
  });

  it.each(['__proto__', 'constructor', '', 'x'.repeat(1_000_000)])('takes any text for a key', (key) => {
    const { decaying } = states(10);
    expect(decaying.get(key).key).toBe(key);
  });

  it('gives up the only one that has become idle, however many busy ones are older', () => {
    const { decaying, time, keys, busyUntil } = states(50);
    for (let i = 0; i < 50; i++) busyUntil(`${i}`, i === 37 ? 500 : 1_000);
    time.now = 500;
    decaying.get('new');
    expect(keys()).not.toContain('37');
    expect(decaying.keys).toBe(50);
  });

  it('is aware that a state was used again meanwhile', () => {
    const { decaying, time, keys, busyUntil } = states(2);
    busyUntil('a', 100);
    busyUntil('b', 200);
    busyUntil('c', 100);
    expect(keys()).toEqual(['b', 'c']);
    busyUntil('c', 1_000);
    time.now = 300;
    decaying.get('d');
    expect(keys()).toEqual(['c', 'd']);
  });

  it('gives up the least recently used one where none is idle', () => {
    const { decaying, keys, busyUntil } = states(3);
    for (const key of ['a', 'b', 'c', 'a']) busyUntil(key, Infinity);
    decaying.get('d');
    expect(keys()).toEqual(['a', 'c', 'd']);
  });

  it('gives up one that became idle sooner than it had seemed', () => {
    const { decaying, keys, busyUntil } = states(3);
    for (const key of ['a', 'b', 'c']) busyUntil(key, Infinity);
    decaying.get('d').until = Infinity;
    busyUntil('c', -1);
    decaying.sooner('c');
    decaying.get('e');
    expect(keys()).toEqual(['b', 'd', 'e']);
    busyUntil('b', Infinity);
    busyUntil('e', Infinity);
    decaying.get('f').until = Infinity;
    for (const state of decaying.all()) state.until = state.key === 'f' ? -1 : Infinity;
    decaying.allSooner();
    decaying.get('g');
    expect(keys()).not.toContain('f');
  });

  it('hears without harm of keys that it does not hold', () => {
    const { decaying } = states(2);
    decaying.sooner('a');
    decaying.sooner(undefined);
    expect(decaying.keys).toBe(0);
  });

  it('reaches a smaller number of keys with the next one', () => {
    const { decaying, keys } = states(5);
    for (const key of ['a', 'b', 'c', 'd', 'e']) decaying.get(key);
    decaying.maxKeys = 2;
    decaying.get('f');
    expect(decaying.keys).toBe(2);
    expect(keys()).toContain('f');
  });

  it('stays within its bounds over a hundred thousand busy keys, and looks at few of them for each', () => {
    const { decaying, time, busyUntil } = states(10_000);
    looks = 0;
    let most = 0;
    for (let i = 0; i < 100_000; i++) {
      time.now = i / 10;
      busyUntil(`${i}`, time.now + 5_000);
      most = Math.max(most, decaying.keys);
    }
    expect(most).toBe(10_000);
    expect(looks).toBeLessThan(300_000);
  });
});
