import { Readable } from 'node:stream';
import { openBody, releaseBody, whenDone } from '../../../../lib/core/http/answer-body.js';

describe('the body of an answer', () => {
  it('holds its connection while it is a stream, of either kind', () => {
    const streams = [new ReadableStream(), Readable.from(['x'])];
    expect(streams.map(openBody)).toEqual(streams);
  });

  it.each([[undefined], [null], ['text'], [{ id: 7 }], [{ getReader: () => 1 }], [{ pipe: () => 1 }]])(
    'holds none as %p',
    (body) => {
      expect(openBody(body)).toBeUndefined();
    },
  );

  it('is cancelled when nobody reads it, and left to who has begun to', async () => {
    const cancelled: string[] = [];
    const body = (name: string) => new ReadableStream({ cancel: () => void cancelled.push(name) });
    const [free, taken] = [body('free'), body('taken')];
    taken.getReader();
    releaseBody(free);
    releaseBody(taken);
    await Promise.resolve();
    expect(cancelled).toEqual(['free']);
  });

  it('may refuse to be cancelled: that is nobody’s error', async () => {
    const refuse = () => Promise.reject(new Error('in use'));
    const throws = () => {
      throw new Error('broken');
    };
    for (const cancel of [refuse, throws]) releaseBody({ getReader: () => undefined, cancel });
    await Promise.resolve();
  });

  it('of Node tells when it is closed', async () => {
    const body = Readable.from(['x']);
    const done = new Promise<void>((resolve) => whenDone(body, resolve));
    releaseBody(body);
    await done;
    expect(body.destroyed).toBe(true);
  });
});
