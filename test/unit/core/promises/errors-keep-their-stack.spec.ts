import { noBackoff, rejection, virtualPolicy, watched } from '../../../support/virtual-policy.js';

const frames = (error: unknown): string[] =>
  ((error as Error).stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));

function ownOperation(): never {
  throw new Error('down');
}

async function ownAsyncOperation(): Promise<never> {
  await Promise.resolve();
  throw new Error('down');
}

describe("the operation's own error", () => {
  it.each([
    ['synchronous', ownOperation],
    ['asynchronous', ownAsyncOperation],
  ])('keeps its stack: %s', async (_, operation) => {
    const { policy } = virtualPolicy({ timeout: '1m', retry: { backoff: noBackoff }, circuitBreaker: {} });
    const error = await rejection(policy.execute(operation));

    expect(frames(error)[0]).toContain(operation.name);
  });

  it('keeps it after a rejection was made without frames', async () => {
    const { policy } = virtualPolicy({ circuitBreaker: {} });
    policy.breaker()?.forceOpen();
    await rejection(policy.execute(ownOperation));
    policy.breaker()?.close();

    expect(frames(await rejection(policy.execute(ownOperation))).length).toBeGreaterThan(1);
  });
});

describe('a rejection', () => {
  const rejected = async (captureStacks?: boolean) => {
    const { policy, clock } = virtualPolicy(
      { name: 'network', timeout: '1s', circuitBreaker: {} },
      captureStacks === undefined ? {} : { captureStacks },
    );
    const timedOut = watched(policy.execute(() => new Promise(() => {})));
    await clock.advance('1s');
    policy.breaker()?.forceOpen();
    const refused = [
      await rejection(policy.execute(ownOperation)),
      await rejection(policy.execute(ownOperation)),
    ];
    return [timedOut.error, ...refused] as Error[];
  };

  it('is new each time, without frames, and says policy, operation and breaker', async () => {
    const [timedOut, first, second] = await rejected();

    expect(second).not.toBe(first);
    for (const error of [timedOut, first, second]) expect(frames(error)).toEqual([]);
    expect(timedOut?.message).toBe('network exceeded its total timeout of 1000 ms (policy=network)');
    expect(first?.message).toContain('network');
    expect(first).toMatchObject({ breaker: 'network', policy: 'network', operation: 'network' });
  });

  it('has frames with captureStacks', async () => {
    for (const error of await rejected(true)) expect(frames(error).length).toBeGreaterThan(0);
  });
});
