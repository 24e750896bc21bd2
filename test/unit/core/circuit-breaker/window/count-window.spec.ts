import { CountWindow } from '../../../../../lib/core/circuit-breaker/window/count-window.js';

/** `.` success, `F` failure, `s` slow success, `S` slow failure. */
function fill(window: CountWindow, samples: string): CountWindow {
  for (const one of samples) window.record(0, one === 'F' || one === 'S', one === 's' || one === 'S');
  return window;
}

function counts(window: CountWindow) {
  return { total: window.total(), failures: window.failures(), slow: window.slow() };
}

describe('CountWindow', () => {
  it.each([
    ['', { total: 0, failures: 0, slow: 0 }],
    ['.', { total: 1, failures: 0, slow: 0 }],
    ['F.s', { total: 3, failures: 1, slow: 1 }],
    ['S', { total: 1, failures: 1, slow: 1 }],
    ['FFFFF', { total: 5, failures: 5, slow: 0 }],
    ['F.....', { total: 5, failures: 0, slow: 0 }],
    ['F....', { total: 5, failures: 1, slow: 0 }],
    ['.....F', { total: 5, failures: 1, slow: 0 }],
    ['FsSFs.....', { total: 5, failures: 0, slow: 0 }],
    ['FsSFs....', { total: 5, failures: 0, slow: 1 }],
    ['......F......F', { total: 5, failures: 1, slow: 0 }],
  ])('holds the newest five of %j', (samples, expected) => {
    expect(counts(fill(new CountWindow(5), samples))).toEqual(expected);
  });

  it.each([
    ['', false],
    ['....', false],
    ['.....', true],
    ['F.....', true],
    ['F....', false],
    ['s....', false],
    ['.....F', false],
  ])('is full of successes with the newest five of %j: %s', (samples, expected) => {
    expect(fill(new CountWindow(5), samples).isFullOfSuccesses()).toBe(expected);
  });

  it('holds one sample where its size is 1', () => {
    const window = new CountWindow(1);
    expect(counts(fill(window, 'F'))).toEqual({ total: 1, failures: 1, slow: 0 });
    expect(counts(fill(window, 's'))).toEqual({ total: 1, failures: 0, slow: 1 });
    expect(counts(fill(window, '.'))).toEqual({ total: 1, failures: 0, slow: 0 });
  });

  it('agrees with a list of the newest samples at every step', () => {
    const samples = 'F.sS..F....sF.FFFF......S.s.s.F..............F';
    for (const size of [1, 2, 3, 7, 100]) {
      const window = new CountWindow(size);
      for (let i = 1; i <= samples.length; i++) {
        fill(window, samples.charAt(i - 1));
        const newest = samples.slice(Math.max(0, i - size), i);
        expect(counts(window)).toEqual({
          total: newest.length,
          failures: newest.replace(/[^FS]/g, '').length,
          slow: newest.replace(/[^sS]/g, '').length,
        });
      }
    }
  });

  describe('memory', () => {
    it('is a counter until the first failure or slow sample, and again when the last of them has left', () => {
      const window = new CountWindow(3);
      const keepsRing = () => (window as unknown as { ring: Uint8Array | null }).ring !== null;
      fill(window, '.....');
      expect([window.isClean(), keepsRing()]).toEqual([true, false]);
      fill(window, 'F..');
      expect([window.isClean(), keepsRing()]).toEqual([false, true]);
      fill(window, '.');
      expect([window.isClean(), keepsRing()]).toEqual([true, false]);
    });
  });

  it('asks for no more samples than it can hold', () => {
    expect(new CountWindow(10).minimum(20)).toBe(10);
    expect(new CountWindow(100).minimum(20)).toBe(20);
  });

  describe('when resized', () => {
    it.each([
      ['F.F.S', 3, { total: 3, failures: 2, slow: 1 }],
      ['F.F.S', 1, { total: 1, failures: 1, slow: 1 }],
      ['F.F.S', 5, { total: 5, failures: 3, slow: 1 }],
      ['F.F.S', 9, { total: 5, failures: 3, slow: 1 }],
      ['FF...F.F.S', 4, { total: 4, failures: 2, slow: 1 }],
      ['.....', 3, { total: 3, failures: 0, slow: 0 }],
      ['', 3, { total: 0, failures: 0, slow: 0 }],
    ])('keeps the newest of %j that fit into %i', (samples, size, expected) => {
      expect(counts(fill(new CountWindow(5), samples).resized(size))).toEqual(expected);
    });

    it('goes on in the same order', () => {
      const window = fill(new CountWindow(5), 'F.F.S').resized(3);
      expect(counts(fill(window, '.'))).toEqual({ total: 3, failures: 1, slow: 1 });
      expect(counts(fill(window, '..'))).toEqual({ total: 3, failures: 0, slow: 0 });
    });
  });
});
