import type { CircuitExchange, CircuitNews } from '../../core/ports/circuit-exchange.js';
import { realDelay } from '../../core/time/system-clock.js';
import { check, eventually, same } from './check.js';
import type { ContractStores } from './contract-stores.js';

/** How soon the others hear of an opening, with room for a busy machine: the promise is 100 ms. */
const HEARD_WITHIN_MS = 2000;

const circuit = { breaker: 'payments', key: 'a:b' } as const;

/** What a store must do that speaks to other instances. */
export const exchangeCases: Readonly<Record<string, (stores: ContractStores) => Promise<void>>> = {
  'tells the others of an opening and a closing, but not itself': async (stores) => {
    const [first, second] = [await exchangeOf(stores), await exchangeOf(stores)];
    const own: CircuitNews[] = [];
    const heard: CircuitNews[] = [];
    first.listen((news) => own.push(news));
    const stop = second.listen((news) => heard.push(news));
    await eventually(
      () => {
        first.publish({ ...circuit, type: 'opened', openForMs: 60_000, reopenings: 1 });
        return heard.length > 0;
      },
      HEARD_WITHIN_MS,
      'the other instance has heard nothing of an opening',
    );
    const [opening] = heard;
    check(opening?.type === 'opened' && opening.instance !== '', 'an opening says of which instance it is');
    same({ ...opening, instance: '', ageMs: 0 }, openingOf(), 'what the other instance has heard');
    first.publish({ ...circuit, type: 'closed' });
    await eventually(
      () => heard.at(-1)?.type === 'closed',
      HEARD_WITHIN_MS,
      'the other instance has heard nothing of the closing',
    );
    same(own, [], 'what the instance has heard of itself');
    stop();
  },

  'lets one instance probe at a time, and the next one once that has given its lease back': async (
    stores,
  ) => {
    const [first, second] = [await exchangeOf(stores), await exchangeOf(stores)];
    const request = { ...circuit, forMs: 30_000, places: 1 };
    const lease = await first.requestProbe(request);
    check(lease !== null, 'nobody probes, and yet the lease was refused');
    same(await second.requestProbe(request), null, 'a second lease');
    first.releaseProbe(circuit, lease);
    let next = await second.requestProbe(request);
    for (let i = 0; i < 100 && next === null; i++) {
      await realDelay(10);
      next = await second.requestProbe(request);
    }
    check(next !== null, 'the lease was given back, and nobody gets it');
    check(next.token > lease.token, 'the token of a later lease is not higher');
    first.releaseProbe(circuit, lease);
    same(await first.requestProbe(request), null, 'a lease after one that was lost was given back again');
  },

  'ends a lease by itself': async (stores) => {
    const [first, second] = [await exchangeOf(stores), await exchangeOf(stores)];
    await first.requestProbe({ ...circuit, forMs: 50, places: 1 });
    let next = null;
    for (let i = 0; i < 100 && next === null; i++) {
      await realDelay(20);
      next = await second.requestProbe({ ...circuit, forMs: 50, places: 1 });
    }
    check(next !== null, 'a lease of 50 ms still holds after 2 s');
  },
};

async function exchangeOf(stores: ContractStores): Promise<CircuitExchange> {
  const { exchange } = await stores.ready();
  if (exchange === undefined) throw new TypeError('the store has no `exchange`');
  return exchange;
}

function openingOf(): CircuitNews {
  return { ...circuit, type: 'opened', instance: '', ageMs: 0, openForMs: 60_000, reopenings: 1 };
}
