import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { Duplex, PassThrough, Readable } from 'node:stream';
import type { NamedPolicyOptions } from '../../../../lib/core/create-policy.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { eventsOf, noBackoff, rejection, virtualPolicy, watched } from '../../../support/virtual-policy.js';

/** Gives nothing until a test pushes. */
const silent = (): Readable => new Readable({ read() {} });

const full = { code: 'BULKHEAD_FULL' };

function start(options: NamedPolicyOptions) {
  const world = virtualPolicy(options);
  return { ...world, events: eventsOf(world.policy) };
}

describe('a promise of a Node stream', () => {
  it('gives the very stream, of which nothing is read', async () => {
    const { policy, clock } = start({ bulkhead: 1, timeout: { stream: { total: '1m' } } });
    const stream = silent();

    expect(await policy.execute(() => stream)).toBe(stream);
    expect(stream.readableFlowing).toBeNull();
    expect(stream.listenerCount('data') + stream.listenerCount('readable')).toBe(0);
    expect(stream.readableDidRead).toBe(false);
    stream.destroy();
    await once(stream, 'close');
    expect(clock.pending).toBe(0);
  });

  describe('under a bulkhead', () => {
    it.each<[string, (stream: Readable) => unknown]>([
      ['is read to its end', (stream) => stream.push(null) && undefined],
      ['is destroyed', (stream) => stream.destroy()],
      ['fails', (stream) => stream.on('error', () => {}).destroy(new Error('cut'))],
    ])('holds its slot until it %s', async (_, end) => {
      const { policy } = start({ bulkhead: 1 });
      const stream = silent();
      await policy.execute(() => stream);
      expect(await rejection(policy.execute(silent))).toMatchObject(full);
      end(stream);
      stream.resume();
      await nextTurn();

      expect(await policy.execute(() => 'free')).toBe('free');
    });

    it('hands its slot on to who waits for it', async () => {
      const { policy } = start({ bulkhead: { maxConcurrent: 1, maxQueue: 1 } });
      const stream = silent();
      await policy.execute(() => stream);
      const waiting = watched(policy.execute(() => 'next'));
      await nextTurn();
      expect(waiting.settled).toBe(false);
      stream.destroy();
      await nextTurn();

      expect(waiting.value).toBe('next');
    });

    it("gives its slot back with the stream where it is releaseOn: 'answered'", async () => {
      const { policy } = start({ bulkhead: { maxConcurrent: 1, releaseOn: 'answered' } });
      await policy.execute(silent);

      expect(await policy.execute(() => 'free')).toBe('free');
    });

    it('gives its slot back once, though the stream tells its end twice', async () => {
      const { policy } = start({ bulkhead: 1 });
      const stream = Readable.from(['some', 'bytes']);
      await policy.execute(() => stream);
      await stream.toArray();
      await nextTurn();
      await policy.execute(silent);

      expect(await rejection(policy.execute(silent))).toMatchObject(full);
    });

    it('gives its slot back with the last byte of a stream that never closes', async () => {
      const { policy } = start({ bulkhead: 1 });
      const stream = new Readable({ read() {}, autoDestroy: false, emitClose: false });
      await policy.execute(() => stream);
      stream.push(null);
      stream.resume();
      await nextTurn();

      expect(await policy.execute(() => 'free')).toBe('free');
    });

    it('is held by what can still be written to after its last byte', async () => {
      const { policy } = start({ bulkhead: 1 });
      const socket = new Duplex({
        read() {},
        write: (_chunk, _encoding, done) => done(),
        allowHalfOpen: true,
      });
      await policy.execute(() => socket);
      socket.push(null);
      socket.resume();
      await nextTurn();
      expect(await rejection(policy.execute(() => 'full'))).toMatchObject(full);
      socket.end();
      await nextTurn();

      expect(await policy.execute(() => 'free')).toBe('free');
    });

    it.each<[string, () => Promise<Readable>]>([
      [
        'was destroyed',
        async () => {
          const stream = silent().destroy();
          await once(stream, 'close');
          return stream;
        },
      ],
      [
        'was read',
        async () => {
          const stream = new Readable({ read() {}, autoDestroy: false });
          stream.push(null);
          stream.resume();
          await once(stream, 'end');
          return stream;
        },
      ],
    ])('is not held by a stream that %s before it was given', async (_, make) => {
      const { policy } = start({ bulkhead: 1 });
      await policy.execute(make);

      expect(await policy.execute(() => 'free')).toBe('free');
    });

    it('is held once by a stream that many calls give', async () => {
      const { policy } = start({ bulkhead: 2 });
      const shared = new PassThrough();
      for (let call = 0; call < 20; call++) await policy.execute(() => shared);
      expect(shared.listenerCount('close')).toBeLessThan(5);
      await policy.execute(silent);

      expect(await rejection(policy.execute(silent))).toMatchObject(full);
    });

    it('is held by the stream of the hedge that won', async () => {
      const { policy, clock } = start({
        bulkhead: 2,
        idempotent: true,
        hedge: { delay: '1s', budget: { ratio: 1 } },
      });
      const winner = silent();
      let lose = (_: Readable): void => {};
      const call = policy.execute(({ signal }) =>
        clock.now() === 0 ? new Promise<Readable>((resolve) => (lose = resolve)) : (void signal, winner),
      );
      await clock.advance('1s');
      expect(await call).toBe(winner);
      const loser = silent();
      lose(loser);
      await nextTurn();
      expect(loser.destroyed).toBe(true);
      await policy.execute(silent);
      expect(await rejection(policy.execute(silent))).toMatchObject(full);
      winner.destroy();
      await nextTurn();

      expect(await policy.execute(() => 'free')).toBe('free');
    });

    it('may be a proxy that throws on access', async () => {
      const { policy, events } = start({ bulkhead: 1 });
      const hostile = new Proxy(
        {},
        {
          get: (_target, key) => {
            if (key === 'then') return undefined;
            throw new Error('hostile');
          },
        },
      );

      expect(await policy.execute(() => hostile)).toBe(hostile);
      expect(await policy.execute(() => 'free')).toBe('free');
      expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([]);
    });

    it('lets a stream go that retryResult refuses', async () => {
      const streams = [silent(), silent()];
      const { policy } = start({
        bulkhead: 2,
        retry: { backoff: noBackoff, retryResult: (stream: unknown) => stream === streams[0] },
      });
      expect(await policy.execute(({ attempt }) => streams[attempt - 1])).toBe(streams[1]);
      await nextTurn();
      await policy.execute(silent);

      expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, false]);
      expect(await rejection(policy.execute(silent))).toMatchObject(full);
    });
  });

  it('leaves the signal of its attempt as it is once it is given', async () => {
    const { policy } = start({ bulkhead: 1, timeout: '1m' });
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const stream = silent();
    await policy.execute(({ signal }) => ((seen = signal), stream), { signal: controller.signal });
    controller.abort();
    stream.destroy();
    await nextTurn();

    expect(seen?.aborted).toBe(false);
  });
});

describe('timeout.stream', () => {
  const limited = { timeout: { stream: { total: '5s' } } } as const;

  it('destroys a Node stream that goes on for longer than its total, and tells it', async () => {
    const { policy, clock, events } = start({ ...limited, bulkhead: 1 });
    const stream = await policy.execute(silent);
    const heard = once(stream, 'error');
    await clock.advance(4999);
    expect(stream.destroyed).toBe(false);
    await clock.advance(1);

    expect(await heard).toMatchObject([{ code: 'TIMEOUT_EXCEEDED', scope: 'stream', timeout: 5000 }]);
    expect(events.at(-1)).toMatchObject({ type: 'timeout', scope: 'stream', attempt: 1, timeout: 5000 });
    expect(policy.stats()).toMatchObject({ calls: 1, successes: 1 });
    expect(await policy.execute(() => 'free')).toBe('free');
  });

  it('harms nothing where nobody listens to the stream', async () => {
    const { policy, clock } = start(limited);
    const stream = await policy.execute(silent);
    await clock.advance('5s');
    await nextTurn();

    expect(stream.destroyed).toBe(true);
  });

  it('lets go of its timer when the stream ends', async () => {
    const { policy, clock } = start(limited);
    const stream = await policy.execute(silent);
    expect(clock.pending).toBe(1);
    stream.destroy();
    await nextTurn();

    expect(clock.pending).toBe(0);
  });

  it('tells nothing of a stream that was destroyed in time, though it takes longer to close', async () => {
    const { policy, clock, events } = start(limited);
    const stream = new Readable({ read() {}, destroy() {} });
    await policy.execute(() => stream);
    stream.destroy();
    await clock.advance('5s');

    expect(events.filter(({ type }) => type === 'timeout')).toEqual([]);
  });

  it('gives a result that throws when it is looked at', async () => {
    const { policy, clock } = start(limited);
    const refuse = (): never => {
      throw new Error('hands off');
    };
    const hostile = new Proxy({}, { get: (_, member) => (member === 'then' ? undefined : refuse()) });

    expect((await policy.tryExecute(() => hostile)).ok).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('begins with the stream, not with the call', async () => {
    const { policy, clock } = start(limited);
    let give = (_: Readable): void => {};
    const call = policy.execute(() => new Promise<Readable>((resolve) => (give = resolve)));
    await clock.advance('1h');
    const stream = silent();
    give(stream);
    await call;
    await clock.advance(4999);

    expect(stream.destroyed).toBe(false);
    stream.destroy();
  });

  it('destroys in the async context of the call', async () => {
    const { policy, clock } = start(limited);
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const stream = new Readable({
      read() {},
      destroy(error, done) {
        seen.push(storage.getStore());
        done(error);
      },
    });
    await storage.run('the call', () => policy.execute(() => stream));
    await clock.advance('5s');

    expect(seen).toEqual(['the call']);
  });

  it('passes over a destroy() that throws', async () => {
    const { policy, clock, events } = start(limited);
    const stream = Object.assign(silent(), {
      destroy: () => {
        throw new Error('cannot');
      },
    });
    await policy.execute(() => stream);
    await clock.advance('5s');

    expect(events.at(-1)).toMatchObject({ type: 'diagnostic', source: 'timeout.stream' });
  });

  it.each<[string, () => unknown, object, RegExp]>([
    ['idle does not reach a Node stream', silent, { idle: '1s' }, /a Node stream.*timeout\.stream\.idle/],
    ['total does not reach a fetch Response', () => new Response('x'), { total: '1s' }, /a fetch Response/],
  ])('says once that %s', async (_, give, stream, message) => {
    const { policy, events } = start({ timeout: { stream } });
    await policy.execute(give);
    await policy.execute(give);
    const diagnostics = events.filter(({ type }) => type === 'diagnostic');

    expect(diagnostics).toMatchObject([{ source: 'timeout', message: expect.stringMatching(message) }]);
  });

  it('says nothing of results that are no streams', async () => {
    const { policy, clock, events } = start({ timeout: { stream: { idle: '1s', total: '1s' } } });
    for (const result of [undefined, null, 'text', {}, [], { pipe() {}, destroy() {} }])
      await policy.execute(() => result);

    expect(clock.pending).toBe(0);
    expect(events.filter(({ type }) => type === 'diagnostic')).toEqual([]);
  });
});
