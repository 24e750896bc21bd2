import { withoutStack } from '../../../../lib/core/errors/without-stack.js';

const original = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor;

describe('withoutStack', () => {
  afterEach(() => Object.defineProperty(Error, 'stackTraceLimit', original));

  it('makes an error without frames', () => {
    expect(withoutStack(() => new RangeError('x')).stack).toBe('RangeError: x');
  });

  it('puts the limit back, also when the making throws', () => {
    Error.stackTraceLimit = 7;

    withoutStack(() => new Error('x'));
    expect(Error.stackTraceLimit).toBe(7);

    expect(() => withoutStack(() => JSON.parse('<') as unknown)).toThrow(SyntaxError);
    expect(Error.stackTraceLimit).toBe(7);
  });

  it('nests', () => {
    Error.stackTraceLimit = 7;
    const inner = withoutStack(() => {
      withoutStack(() => new Error('x'));
      return new Error('y');
    });

    expect(inner.stack).toBe('Error: y');
    expect(Error.stackTraceLimit).toBe(7);
  });

  it('leaves a limit alone that is no number', () => {
    Error.stackTraceLimit = undefined as never;

    expect(withoutStack(() => new Error('x')).message).toBe('x');
    expect(Error.stackTraceLimit).toBeUndefined();
  });

  it('makes the error with frames where the limit is read-only', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 3, writable: false, configurable: true });

    expect(withoutStack(() => new Error('x')).stack).toContain('without-stack.spec');
    expect(Error.stackTraceLimit).toBe(3);
  });

  it('makes the error where setting the limit throws', () => {
    const get = () => 3;
    const set = () => {
      throw new TypeError('hardened');
    };
    Object.defineProperty(Error, 'stackTraceLimit', { get, set, configurable: true });

    expect(withoutStack(() => new Error('x')).message).toBe('x');
  });
});
