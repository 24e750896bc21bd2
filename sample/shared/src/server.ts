import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from './behaviour.js';

// A process of its own: an HTTP server that gives exchange rates and keeps records, as well as its behaviour lets it.

const port = Number(process.argv[2]);
const GOLDEN_RATIO = 0.618033988749895;

let behaviour: Behaviour = 'healthy';
let answered = 0;

process.on('message', (message: Behaviour) => {
  behaviour = message;
});
// Without its parent nobody needs it; Ctrl+C is for the parent alone, which may still have something to finish.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

const server = createServer((request, response) => {
  void answer(request.url ?? '/', response);
});
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(port, '127.0.0.1', () => process.send?.('listening'));

async function answer(url: string, response: ServerResponse): Promise<void> {
  const turn = ++answered;
  if (behaviour === 'slow' && isAmong(turn, 1 / 3)) await delay(3000);
  if (behaviour === 'failing' && isAmong(turn, 1 / 2)) return send(response, 500, { error: 'out of order' });
  if (behaviour === 'limiting' && isAmong(turn, 1 / 3)) {
    response.setHeader('retry-after', '1');
    return send(response, 429, { error: 'slow down' });
  }
  if (url.startsWith('/records/')) return keepRecord(Number(url.split('/').pop()), response);
  return send(response, 200, { currency: url.split('/').pop(), rate: 1 + turn / 1000 });
}

/** Takes a moment for each record; some it never takes, however often it is asked. */
async function keepRecord(id: number, response: ServerResponse): Promise<void> {
  await delay(100);
  if (id % 97 === 0) return send(response, 422, { error: `record ${id} has no owner` });
  if (id % 251 === 0) return send(response, 409, { error: `record ${id} is newer here` });
  return send(response, 200, { id });
}

/** Spreads a share of the answers evenly but without a rhythm that callers could fall into. */
function isAmong(turn: number, share: number): boolean {
  return (turn * GOLDEN_RATIO) % 1 < share;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
