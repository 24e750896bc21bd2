import { once } from 'node:events';
import autocannon from 'autocannon';
import { rounded, summary } from './statistics.mjs';

const ROUNDS = 3;

/** Requests per second through the interceptor, against the same handler without one, and what an empty one comes to. */
export async function requestsPerSecond(startServer) {
  const server = startServer();
  const [{ port }] = await once(server, 'message');
  const shoot = async (route, duration) => {
    const url = `http://127.0.0.1:${port}/${route}`;
    const { requests, non2xx, errors } = await autocannon({ url, connections: 10, duration });
    if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx + errors} requests failed`);
    return requests.total / duration;
  };
  for (const route of ['bare', 'empty', 'protected']) await shoot(route, 2);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await shoot('bare', 2);
    const guarded = await shoot('protected', 2);
    const empty = await shoot('empty', 2);
    const mean = (bare + (await shoot('bare', 2))) / 2;
    rounds.push({ guarded, ratio: guarded / mean, emptyRatio: empty / mean });
  }
  server.disconnect();
  const medianOf = (figure) => summary(rounds.map((round) => round[figure])).median;
  return {
    perSecond: Math.round(medianOf('guarded')),
    ratio: rounded(medianOf('ratio')),
    emptyRatio: rounded(medianOf('emptyRatio')),
  };
}
