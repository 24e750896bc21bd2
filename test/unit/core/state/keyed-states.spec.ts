import { KeyedStates } from '../../../../lib/core/state/keyed-states.js';

class State {
  isIdle = true;

  constructor(readonly key: string | undefined) {}
}

function states(maxKeys: number) {
  const made: (string | undefined)[] = [];
  const keyed = new KeyedStates<State>((key) => {
    made.push(key);
    return new State(key);
  }, maxKeys);
  const keys = () => [...keyed.all()].map(({ key }) => key).sort();
  /** Uses the state and leaves it busy, as an open circuit is. */
  const busy = (key: string): void => {
    keyed.get(key).isIdle = false;
    keyed.resort(key);
  };
  return { keyed, made, keys, busy };
}

describe('KeyedStates', () => {
  it('makes a state on its first use, and only then', () => {
    const { keyed, made } = states(10);
    expect(keyed.peek('a')).toBeUndefined();
    expect(keyed.peek(undefined)).toBeUndefined();
    expect(made).toEqual([]);
    const a = keyed.get('a');
    expect(keyed.get('a')).toBe(a);
    expect(keyed.peek('a')).toBe(a);
    expect(made).toEqual(['a']);
  });

  it('keeps one unkeyed state, apart from the keys and never given up', () => {
    const { keyed, keys } = states(1);
    const unkeyed = keyed.get(undefined);
    keyed.get('a');
    keyed.get('b');
    expect(keyed.get(undefined)).toBe(unkeyed);
    expect(keyed.keys).toBe(1);
    expect(keys()).toEqual(['b', undefined]);
  });

  it.each(['__proto__', 'constructor', '', 'x'.repeat(1_000_000)])('takes any text for a key', (key) => {
    const { keyed } = states(10);
    expect(keyed.get(key).key).toBe(key);
    expect(keyed.keys).toBe(1);
  });

  describe('when a further key comes', () => {
    it('gives the least recently used state up', () => {
      const { keyed, keys } = states(3);
      for (const key of ['a', 'b', 'c', 'a', 'd']) keyed.get(key);
      expect(keys()).toEqual(['a', 'c', 'd']);
    });

    it('takes a look for no use', () => {
      const { keyed, keys } = states(2);
      keyed.get('a');
      keyed.get('b');
      keyed.peek('a');
      keyed.get('c');
      expect(keys()).toEqual(['b', 'c']);
    });

    it('gives idle states up first, however many busy ones are older', () => {
      const { keyed, keys, busy } = states(50);
      for (let i = 10; i < 59; i++) busy(`busy ${i}`);
      keyed.get('idle');
      keyed.get('new');
      expect(keyed.keys).toBe(50);
      expect(keys()).not.toContain('idle');
      expect(keys()).toContain('busy 10');
    });

    it('gives the least recently used busy state up where none is idle', () => {
      const { keyed, keys, busy } = states(3);
      for (const key of ['a', 'b', 'c', 'a']) busy(key);
      keyed.get('d');
      expect(keys()).toEqual(['a', 'c', 'd']);
    });

    it('gives a state up that has become idle again', () => {
      const { keyed, keys, busy } = states(2);
      busy('a');
      busy('b');
      keyed.get('a').isIdle = true;
      keyed.resort('a');
      keyed.get('c');
      expect(keys()).toEqual(['b', 'c']);
    });

    it('reaches a smaller number of keys that has been set meanwhile', () => {
      const { keyed, keys } = states(5);
      for (const key of ['a', 'b', 'c', 'd', 'e']) keyed.get(key);
      keyed.maxKeys = 2;
      expect(keyed.keys).toBe(5);
      keyed.get('f');
      expect(keys()).toEqual(['e', 'f']);
    });
  });

  it('shows all of them once, although they are used meanwhile', () => {
    const { keyed, busy } = states(10);
    for (const key of ['a', 'b', 'c']) keyed.get(key);
    const seen: unknown[] = [];
    for (const { key } of keyed.all()) {
      seen.push(key);
      busy(String(key));
    }
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('sorts nothing for keys that it does not hold', () => {
    const { keyed } = states(2);
    keyed.resort('a');
    keyed.resort(undefined);
    expect(keyed.keys).toBe(0);
  });

  it('stays within its bounds over ten thousand keys', () => {
    const { keyed, busy } = states(100);
    for (let i = 0; i < 10_000; i++) {
      if (i % 3 === 0) busy(String(i));
      else keyed.get(String(i));
      expect(keyed.keys <= 100).toBe(true);
    }
  });
});
