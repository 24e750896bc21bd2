import { Readable } from 'node:stream';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { eventsOf, noBackoff, virtualPolicy, watched } from '../../../support/virtual-policy.js';

/** A call that timed out, and then its operation comes with this value. */
async function comesLate(value: unknown, options: NamedPolicyOptions = {}) {
  const { policy, clock } = virtualPolicy({ timeout: '1s', ...options });
  const events = eventsOf(policy);
  let settle = (_: unknown): void => {};
  const result = watched(policy.execute(() => new Promise((resolve) => (settle = resolve))));
  await clock.advance('1s');
  settle(value);
  await nextTurn();
  return { result, diagnostics: events.filter(({ type }) => type === 'diagnostic') };
}

const stream = (): Readable => Readable.from(['some', 'bytes']);

/** As an ORM's entity: destroying it deletes its row. */
class Entity {
  readonly destroy = jest.fn();
  readonly destroyed = false;
  readonly cancel = jest.fn();
  readonly close = jest.fn();
}

describe('a result that comes too late', () => {
  it('is destroyed where it is a stream', async () => {
    const late = stream();
    const { result } = await comesLate(late);

    expect(result.error).toMatchObject({ code: 'TIMEOUT_EXCEEDED' });
    expect(late.destroyed).toBe(true);
  });

  it('may be a stream that fails when it is destroyed', async () => {
    const late = new Readable({
      read() {},
      destroy(_error, callback) {
        callback(new Error('destroyed too early'));
      },
    });
    await comesLate(late);
    await nextTurn();

    expect(late.destroyed).toBe(true);
  });

  it('has its body cancelled where it is a Response of fetch', async () => {
    const late = new Response('some bytes');
    const cancel = jest.spyOn(late.body as ReadableStream, 'cancel');
    await comesLate(late);

    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it.each<[string, () => Promise<Response>]>([
    ['has been read', async () => (await bodyRead(), bodyRead())],
    [
      'is being read',
      async () => {
        const response = new Response('some bytes');
        response.body?.getReader();
        return response;
      },
    ],
    ['has no body', async () => new Response(null, { status: 204 })],
  ])('is left alone where it is a Response whose body %s', async (_, make) => {
    const { diagnostics } = await comesLate(await make());

    expect(diagnostics).toEqual([]);
  });

  it('is never destroyed where it is no stream', async () => {
    const entity = new Entity();
    await comesLate(entity);
    await comesLate(Object.assign(() => {}, { destroy: entity.destroy, pipe() {}, destroyed: false }));
    await comesLate({ destroy: entity.destroy, pipe() {} });

    expect(entity.destroy).not.toHaveBeenCalled();
    expect(entity.cancel).not.toHaveBeenCalled();
    expect(entity.close).not.toHaveBeenCalled();
  });

  it.each([[undefined], [null], [0], ['text'], [[]], [{}]])('may be %p', async (value) => {
    expect((await comesLate(value)).diagnostics).toEqual([]);
  });

  it('goes to discard instead, whatever it is', async () => {
    const discard = jest.fn();
    const late = stream();
    await comesLate(late, { discard });
    await comesLate('text', { discard });

    expect(discard.mock.calls).toEqual([[late], ['text']]);
    expect(late.destroyed).toBe(false);
  });

  it('that cannot be released is one diagnostic event', async () => {
    const broken = Object.assign(stream(), {
      destroy: () => {
        throw new Error('cannot');
      },
    });

    expect((await comesLate(broken)).diagnostics).toEqual([expect.objectContaining({ source: 'discard' })]);
  });

  it('is that of an attempt that timed out, while the next one is returned', async () => {
    const { policy, clock } = virtualPolicy({ timeout: { attempt: '1s' }, retry: { backoff: noBackoff } });
    const [late, returned] = [stream(), stream()];
    let settle = (_: Readable): void => {};
    const result = watched(
      policy.execute(({ attempt }) =>
        attempt === 1 ? new Promise<Readable>((resolve) => (settle = resolve)) : returned,
      ),
    );
    await clock.advance('1s');
    settle(late);
    await nextTurn();

    expect(result.value).toBe(returned);
    expect(late.destroyed).toBe(true);
    expect(returned.destroyed).toBe(false);
  });

  it('is that of a fallback whose time was up', async () => {
    const late = stream();
    const { policy, clock } = virtualPolicy({
      fallback: {
        handlers: [
          () => new Promise((resolve) => clockOf().setTimer({ expire: () => resolve(late) }, 2000)),
          { value: 'second' },
        ],
        timeout: '1s',
      },
    });
    const clockOf = () => clock;
    const result = watched(policy.execute(() => Promise.reject(new Error('down'))));
    await clock.advance('3s');

    expect(result.value).toBe('second');
    expect(late.destroyed).toBe(true);
  });

  it('is that of a call whose caller has aborted', async () => {
    const late = stream();
    const { policy } = virtualPolicy({});
    const controller = new AbortController();
    let settle = (_: unknown): void => {};
    const result = watched(
      policy.execute(() => new Promise((resolve) => (settle = resolve)), { signal: controller.signal }),
    );
    controller.abort();
    settle(late);
    await nextTurn();

    expect(result.settled).toBe(true);
    expect(late.destroyed).toBe(true);
  });
});

async function bodyRead(): Promise<Response> {
  const response = new Response('some bytes');
  await response.text();
  return response;
}

describe('a result that retryResult refuses', () => {
  it('is released when the next attempt is decided on, the last one is returned untouched', async () => {
    const streams = [stream(), stream(), stream()];
    const { policy } = virtualPolicy({ retry: { backoff: noBackoff, retryResult: () => true } });
    const result = await policy.execute(({ attempt }) => streams[attempt - 1]);

    expect(result).toBe(streams[2]);
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
  });

  it('is released where the call ends by an error of the backoff', async () => {
    const refused = stream();
    const { policy } = virtualPolicy({ retry: { backoff: () => NaN, retryResult: () => true } });

    expect(await policy.tryExecute(() => refused)).toMatchObject({ ok: false });
    expect(refused.destroyed).toBe(true);
  });

  it('is released once where the call is aborted meanwhile', async () => {
    const discard = jest.fn();
    const controller = new AbortController();
    const { policy } = virtualPolicy({
      discard,
      retry: {
        retryResult: () => {
          controller.abort();
          return true;
        },
      },
    });
    await policy.tryExecute(() => 'refused', { signal: controller.signal });

    expect(discard.mock.calls).toEqual([['refused']]);
  });
});

describe('a result that is returned', () => {
  it('is never released', async () => {
    const discard = jest.fn();
    const returned = stream();
    const { policy, clock } = virtualPolicy({ timeout: { total: '1m', attempt: '1s' }, discard });
    const controller = new AbortController();

    expect(await policy.execute(() => returned, { signal: controller.signal })).toBe(returned);
    controller.abort();
    await clock.advance('2m');
    expect(discard).not.toHaveBeenCalled();
    expect(returned.destroyed).toBe(false);
  });
});
