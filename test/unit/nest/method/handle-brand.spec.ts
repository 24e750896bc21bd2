import { brandHandle, isHandle } from '../../../../lib/nest/method/handle-brand.js';

const BRAND = Symbol.for('nestjs-holdfast.is-handle');

describe('isHandle', () => {
  it('knows a branded object, of whichever copy of the package', () => {
    const handle = {};
    brandHandle(handle);
    expect(isHandle(handle)).toBe(true);
    expect(isHandle(Object.defineProperty({}, 'x', { value: 1 }))).toBe(false);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a function', () => undefined],
    ['an object with the property', { [BRAND]: true }],
    ['a heir of a handle', Object.create(branded()) as object],
    ['a proxy that answers everything with itself', selfish()],
  ])('refuses %s', (_, value) => {
    expect(isHandle(value)).toBe(false);
  });
});

function branded(): object {
  const handle = {};
  brandHandle(handle);
  return handle;
}

function selfish(): object {
  const mock: object = new Proxy(
    {},
    {
      get: () => mock,
      has: () => true,
      getOwnPropertyDescriptor: () => ({ value: mock, configurable: true, enumerable: true, writable: true }),
    },
  );
  return mock;
}
