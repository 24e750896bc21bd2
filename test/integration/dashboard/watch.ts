import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { authorized } from './support.js';

interface Message {
  readonly event: string;
  readonly id?: string;
  readonly data: any;
}

/** Somebody who watches: gathers messages until `stop`. By Node's own client, which keeps no connection afterwards. */
export async function watch(url: string, lastEventId?: string) {
  const headers = { ...authorized, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
  const request = get(`${url}/resilience/events`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const messages: Message[] = [];
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop()!;
    messages.push(...blocks.filter((block) => block.includes('data: ')).map(parse));
  });
  response.on('error', () => undefined);
  const ended = new Promise((resolve) => response.on('close', resolve));
  const of = (type: string) => messages.filter(({ data }) => data.type === type);
  const figures = () => messages.filter(({ event }) => event === 'figures');
  return { response, messages, of, figures, ended, stop: () => request.destroy() };
}

function parse(block: string): Message {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
  return { event: 'message', ...fields, data: JSON.parse(fields.data) };
}
