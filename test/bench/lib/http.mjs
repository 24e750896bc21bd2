import { once } from 'node:events';
import autocannon from 'autocannon';
import { rounded, summary } from './statistics.mjs';

const ROUNDS = 3;

/** Requests per second through the interceptor, and against the same handler without one. */
export async function requestsPerSecond(startServer) {
  const server = startServer();
  const [{ port }] = await once(server, 'message');
  const shoot = async (route, duration) => {
    const url = `http://127.0.0.1:${port}/${route}`;
    const { requests, non2xx, errors } = await autocannon({ url, connections: 10, duration });
    if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx + errors} requests failed`);
    return requests.total / duration;
  };
  await shoot('bare', 2);
  await shoot('protected', 2);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await shoot('bare', 2);
    const guarded = await shoot('protected', 2);
    const bareAgain = await shoot('bare', 2);
    rounds.push({ guarded, ratio: (2 * guarded) / (bare + bareAgain) });
  }
  server.disconnect();
  const perSecond = Math.round(summary(rounds.map(({ guarded }) => guarded)).median);
  return { perSecond, ratio: rounded(summary(rounds.map(({ ratio }) => ratio)).median) };
}
