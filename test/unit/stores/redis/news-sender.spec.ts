import type { CircuitNewsHere } from '../../../../lib/core/ports/circuit-exchange.js';
import { RedisKeys } from '../../../../lib/stores/redis/keys.js';
import type { RedisLink } from '../../../../lib/stores/redis/link.js';
import { NewsSender } from '../../../../lib/stores/redis/news-sender.js';
import { nextTurn } from '../../../../lib/core/time/system-clock.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';

/** A Redis that can be away, and the breakers of whose news it was told. */
class FakeLink {
  isAway = false;
  readonly told: string[][] = [];

  async run({ args }: { readonly args: readonly unknown[] }): Promise<void> {
    if (this.isAway) throw new Error('away');
    const texts = args.slice(1).filter((_, at) => at % 2 === 1) as string[];
    this.told.push(texts.map((text) => (JSON.parse(text) as { b: string }).b));
  }
}

const opened = (breaker: string, openForMs?: number): CircuitNewsHere =>
  ({ type: 'opened', breaker, openForMs, reopenings: 0 }) as CircuitNewsHere;

describe('the sender of news', () => {
  let link: FakeLink;
  let clock: VirtualClock;
  let sender: NewsSender;
  /** Redis has answered, or not: what can be told now is told. */
  const sent = async () => {
    await nextTurn();
    await sender.sendKept();
  };
  const send = (news: CircuitNewsHere) => sender.send(news.breaker, news);

  beforeEach(() => {
    link = new FakeLink();
    clock = new VirtualClock();
    const host = { instance: 'one', keys: new RedisKeys('app'), link: link as unknown as RedisLink };
    sender = new NewsSender(host, clock);
  });

  it('tells a hundred at once', async () => {
    link.isAway = true;
    for (let i = 0; i < 150; i++) send(opened(`b${i}`));
    await sent();
    link.isAway = false;
    await sent();
    expect(link.told.map((some) => some.length)).toEqual([100, 50]);
  });

  it('keeps the newest thousand while Redis is away', async () => {
    link.isAway = true;
    for (let i = 0; i < 1001; i++) send(opened(`b${i}`));
    await sent();
    link.isAway = false;
    await sent();
    const told = link.told.flat();
    expect(told).toHaveLength(1000);
    expect(told).not.toContain('b0');
  });

  it('tells the latest of a circuit alone', async () => {
    link.isAway = true;
    send(opened('payments', 5000));
    await sent();
    send({ type: 'closed', breaker: 'payments' });
    await sent();
    link.isAway = false;
    await sent();
    expect(link.told).toEqual([['payments']]);
  });

  it('tells no opening that is over by then, and one without an end', async () => {
    link.isAway = true;
    send(opened('over', 1000));
    send(opened('endless'));
    await sent();
    await clock.advance(1000);
    link.isAway = false;
    await sent();
    expect(link.told).toEqual([['endless']]);
  });

  it('tells nothing where all are over', async () => {
    link.isAway = true;
    send(opened('over', 1000));
    await sent();
    await clock.advance(1000);
    link.isAway = false;
    await sent();
    expect(link.told).toEqual([]);
  });

  it('tells no circuit whose name is longer than a message may be', async () => {
    send(opened('x'.repeat(1_000_000)));
    await sent();
    expect(link.told).toEqual([]);
  });
});
