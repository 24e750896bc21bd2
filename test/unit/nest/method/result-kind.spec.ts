import 'reflect-metadata';
import { Readable } from 'node:stream';
import { Observable, of, Subject } from 'rxjs';
import { declaredKind, kindOf } from '../../../../lib/nest/method/result-kind.js';

describe('kindOf', () => {
  it.each([
    ['a promise', Promise.resolve(), 'promise'],
    ['a thenable', { then: () => undefined }, 'promise'],
    ['an Observable', of(1), 'observable'],
    ['a Subject', new Subject(), 'observable'],
    ['an async generator', (async function* () {})(), 'iterable'],
    ['an async iterable', { [Symbol.asyncIterator]: (): unknown => undefined }, 'iterable'],
    [
      'an async iterable that is a promise, too',
      { then: () => 1, [Symbol.asyncIterator]: (): unknown => 1 },
      'promise',
    ],
    ['a Node stream', Readable.from([]), undefined],
    ['a web stream', new ReadableStream(), undefined],
    ['an array', [], undefined],
    ['a sync generator', (function* () {})(), undefined],
    ['null', null, undefined],
    ['undefined', undefined, undefined],
    ['a string', 'x', undefined],
  ])('of %s is %3$s', (_, value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });
});

describe('declaredKind', () => {
  class Service {
    async promise(): Promise<void> {}
    async *iterable(): AsyncGenerator<number> {}
    plain(): void {}
  }
  const { prototype } = Service;

  /** As TypeScript records it where a decorator stands. */
  function returning(type: unknown) {
    Reflect.defineMetadata('design:returntype', type, prototype, 'plain');
    return declaredKind(prototype.plain, prototype, 'plain');
  }

  it('tells async functions and async generators by what they are', () => {
    expect(declaredKind(prototype.promise, prototype, 'promise')).toBe('promise');
    expect(declaredKind(prototype.iterable, prototype, 'iterable')).toBe('iterable');
  });

  it.each([
    [Promise, 'promise'],
    [Observable, 'observable'],
    [Subject, 'observable'],
    [
      class Observable2 {
        subscribe() {}
        pipe() {}
      },
      'observable',
    ],
    [Object, undefined],
    [String, undefined],
    [undefined, undefined],
    [() => undefined, undefined],
  ])('tells other methods by the recorded return type: %p', (type, kind) => {
    expect(returning(type)).toBe(kind);
  });
});
