import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { idle, settle } from '../../../lib/testing/event-loop.js';

async function chain(links: number, link: () => Promise<void>): Promise<void> {
  for (let i = 0; i < links; i++) await link();
}

const immediate = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('settle', () => {
  it.each([
    ['10,000 microtasks', 10_000, () => Promise.resolve()],
    ['20 immediates', 20, immediate],
    ['20 ticks', 20, () => new Promise<void>((resolve) => process.nextTick(resolve))],
  ])('lets a promise chain of %s come to its end', async (_, links, link) => {
    const ended = jest.fn();
    void chain(links, link).then(ended);
    await settle();
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('gives up on immediates that go on without end', async () => {
    let stop = false;
    const again = () => void (stop || setImmediate(again));
    again();
    await expect(settle()).resolves.toBeUndefined();
    stop = true;
  });
});

describe('idle', () => {
  it('waits for short real timers', async () => {
    const ended = jest.fn();
    await idle();
    setTimeout(ended, 5);
    await idle();
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('gives up on a long real timer, and waits for it once', async () => {
    const timer = setTimeout(() => undefined, 60_000);
    await idle();
    const start = performance.now();
    for (let i = 0; i < 200; i++) await idle();
    // Waiting each time would be 200 times 50 ms.
    expect(performance.now() - start).toBeLessThan(10_000);
    clearTimeout(timer);
    await idle();
  });

  it('waits for an answer over the network', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ended = jest.fn();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const call = fetch(url, { headers: { connection: 'close' } })
      .then((response) => response.text())
      .then(ended);
    await idle();
    expect(ended).toHaveBeenCalledWith('hello');
    await call;
    await new Promise((resolve) => server.close(resolve));
  });
});
