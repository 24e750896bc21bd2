import type { BulkOptions } from '../../../../lib/core/bulk/bulk-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { rejection, virtualPolicy } from '../../../support/virtual-policy.js';

const { policy } = virtualPolicy({});
const issues = async (operations: unknown, options?: unknown): Promise<unknown> => {
  const error = await rejection(policy.executeAll(operations as never, options as BulkOptions));
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  return (error as { issues: unknown }).issues;
};

describe('options of executeAll', () => {
  it('are refused all at once, and nothing is run', async () => {
    const operation = scripted([1]);
    const wrong = { concurrency: 0, successThreshold: 1.5, onProgress: 'log', deadline: NaN, signal: {} };

    expect(await issues([operation, 5], wrong)).toEqual([
      'executeAll.operations[1]: expected a function that begins the operation (got 5)',
      'executeAll.concurrency: expected an integer >= 1 (got 0)',
      'executeAll.successThreshold: expected a ratio greater than 0 and at most 1 (got 1.5)',
      "executeAll.onProgress: expected a function (got 'log')",
      'executeAll.deadline: expected a valid Date or epoch milliseconds (got NaN)',
      'executeAll.signal: expected an AbortSignal, such as the `signal` of an AbortController (got an object)',
    ]);
    expect(operation.calls).toBe(0);
  });

  it.each([0, -1, 1.5, NaN, '5', -Infinity])('refuse the concurrency %p', async (concurrency) => {
    expect(await issues([], { concurrency })).toEqual([
      expect.stringMatching(/^executeAll\.concurrency: expected an integer >= 1 \(got/),
    ]);
  });

  it.each([0, -0.1, 1.01, NaN, '1', 50])('refuse the threshold %p', async (successThreshold) => {
    expect(await issues([], { successThreshold })).toEqual([
      expect.stringMatching(/^executeAll\.successThreshold: expected a ratio greater than 0 and at most 1/),
    ]);
  });

  it.each([7, 'fast', () => 1])('are an object, and not %p', async (options) => {
    const [issue, ...others] = (await issues([], options)) as string[];
    expect(issue).toMatch(/^executeAll: expected an object/);
    expect(others).toEqual([]);
  });

  it('refuse names that nobody knows, with the nearest', async () => {
    expect(await issues([], { concurency: 5 })).toEqual([
      "executeAll.concurency: unknown key, did you mean 'concurrency'?",
    ]);
  });

  it('may be left out, null, or frozen', async () => {
    const nothing = {
      concurrency: null,
      successThreshold: undefined,
      onProgress: null,
      signal: null,
    } as never;

    expect(await policy.executeAll([() => 1], null as never)).toMatchObject({ ok: true });
    expect(await policy.executeAll([() => 1], Object.freeze(nothing))).toMatchObject({ ok: true });
  });

  it.each([undefined, null, 5, 'abc', {}, () => 1])('refuse %p as operations', async (operations) => {
    expect(await issues(operations)).toEqual([
      expect.stringMatching(
        /^executeAll\.operations: expected an array, an iterable or an async iterable of functions \(got /,
      ),
    ]);
  });

  it('refuse promises in place of operations, told ten times at most, and observe their rejections', async () => {
    const promises = Array.from({ length: 13 }, () => Promise.reject(new Error('unobserved')));
    const told = (await issues(promises)) as string[];

    expect(told).toHaveLength(11);
    expect(told[9]).toBe(
      'executeAll.operations[9]: expected a function that begins the operation (got an instance of Promise)',
    );
    expect(told[10]).toBe('executeAll.operations: 3 more that are no functions');
  });

  it('refuse a policy that cannot be compiled once, not once for each operation', async () => {
    const { policy: other } = virtualPolicy({
      circuitBreaker: { name: 'bank', failureThreshold: 1 },
    });
    const broken = Object.assign(Object.create(other) as typeof other, {
      pipelineOf: () => {
        throw new TypeError('cannot be compiled');
      },
    });

    expect(await rejection(broken.executeAll([() => 1, () => 2]))).toEqual(
      new TypeError('cannot be compiled'),
    );
  });
});
