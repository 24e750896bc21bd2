import { runInNewContext } from 'node:vm';
import { scripted } from '../../../lib/testing/scripted.js';

describe('scripted', () => {
  it('takes one entry per call, and repeats the last one', async () => {
    const [first, second] = [new Error('down'), new Error('still down')];
    const operation = scripted([first, second, 'fine']);
    await expect(operation()).rejects.toBe(first);
    await expect(operation()).rejects.toBe(second);
    expect([await operation(), await operation()]).toEqual(['fine', 'fine']);
    expect(operation.calls).toBe(4);
  });

  it('repeats a failure for ever when it is the last entry', async () => {
    const failure = new TypeError('down');
    const operation = scripted(['fine', failure]);
    await operation();
    await expect(operation()).rejects.toBe(failure);
    await expect(operation()).rejects.toBe(failure);
  });

  it.each([undefined, null, 0, '', false, { message: 'no error' }])(
    'gives back %p as it is',
    async (value) => {
      await expect(scripted([value])()).resolves.toBe(value);
    },
  );

  it('remembers the arguments of each call', async () => {
    const operation = scripted([1]);
    await operation('a', 2);
    await operation();
    expect(operation.args).toEqual([['a', 2], []]);
  });

  it('starts with no calls', () => {
    const operation = scripted([1]);
    expect([operation.calls, operation.args]).toEqual([0, []]);
  });

  it('calls a function with its own this and arguments', async () => {
    const entry = jest.fn(function (this: unknown, n: number) {
      return Promise.resolve([this, n * 2]);
    });
    const service = { operation: scripted([new Error('down'), entry]) };
    await expect(service.operation(1)).rejects.toThrow('down');
    expect(await service.operation(4)).toEqual([service, 8]);
    expect(entry).toHaveBeenCalledTimes(1);
  });

  it('rejects with what a function throws', async () => {
    const failure = new Error('thrown at once');
    const entry = (): never => {
      throw failure;
    };
    await expect(scripted([entry])()).rejects.toBe(failure);
  });

  it.each([undefined, 'text', Symbol.iterator, 42, { status: 503 }])(
    'rejects with %p by scripted.throws',
    async (x) => {
      await expect(scripted([scripted.throws(x), 1])()).rejects.toBe(x);
    },
  );

  it('gives back an error or a function by scripted.returns', async () => {
    const [error, fn] = [new Error('a value'), () => 1];
    const operation = scripted([scripted.returns(error), scripted.returns(fn)]);
    expect(await operation()).toBe(error);
    expect(await operation()).toBe(fn);
  });

  it('throws errors of another realm', async () => {
    const foreign: unknown = runInNewContext('new TypeError("fetch failed")');
    await expect(scripted([foreign])()).rejects.toBe(foreign);
  });

  it('is not changed by what happens to the list', async () => {
    const script = [1, 2];
    const operation = scripted(script);
    script.length = 0;
    expect([await operation(), await operation()]).toEqual([1, 2]);
  });

  it('refuses an empty script', () => {
    expect(() => scripted([])).toThrow('Expected a script of at least one entry.');
  });

  it('has the type of its results', async () => {
    const mixed = scripted([new Error('down'), scripted.throws('x'), { id: 7 }, async () => ({ id: 8 })]);
    const result: Promise<{ id: number }> = scripted([{ id: 7 }])();
    const later: Promise<{ id: number }> | undefined = mixed.calls > 0 ? mixed() : undefined;
    expect([await result, later]).toEqual([{ id: 7 }, undefined]);
  });
});
