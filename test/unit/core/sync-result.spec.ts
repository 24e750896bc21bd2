import { isThenable, refusePromise } from '../../../lib/core/sync-result.js';

describe('isThenable', () => {
  it.each([
    ['a promise', Promise.resolve()],
    ['an object with then', { then: () => undefined }],
    ['a function with then', Object.assign(() => undefined, { then: () => undefined })],
  ])('knows %s', (_, value) => {
    expect(isThenable(value)).toBe(true);
  });

  it.each([undefined, null, true, 'then', { then: true }, () => undefined])('passes %p', (value) => {
    expect(isThenable(value)).toBe(false);
  });
});

describe('refusePromise', () => {
  it.each([undefined, null, false, true, 0, '', {}])('lets %p pass', (value) => {
    expect(() => refusePromise(value, 'retryOn')).not.toThrow();
  });

  it('throws a TypeError that says which code must be synchronous', () => {
    expect(() => refusePromise(Promise.resolve(true), 'retryOn')).toThrow(
      new TypeError('retryOn returned a promise; it must be synchronous and return its answer'),
    );
  });

  it.each([
    [
      'a promise',
      () => jest.fn(Promise.prototype.then),
      (then: jest.Mock) => Object.assign(Promise.reject(new Error('late')), { then }),
    ],
    ['a thenable', () => jest.fn(), (then: jest.Mock) => ({ then })],
  ])('observes how %s settles, so that no rejection is unhandled', async (_, makeThen, make) => {
    const then = makeThen();

    expect(() => refusePromise(make(then), 'retryOn')).toThrow(TypeError);
    await Promise.resolve();

    expect(then).toHaveBeenCalledWith(expect.any(Function), expect.any(Function));
    expect(() =>
      (then.mock.calls[0] as [unknown, (reason: unknown) => void])[1](new Error('late')),
    ).not.toThrow();
  });
});
