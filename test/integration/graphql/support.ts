import { once } from 'node:events';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Type } from '@nestjs/common';
import { WebSocket } from 'ws';
import type { ResilienceModuleOptions } from '../../../lib/nest/resilience-options.interface.js';
import { listen, type TestApp } from '../http/support.js';

/** The body of an answer. */
export interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

export interface GraphqlApp extends TestApp {
  /** Sends a document; a signal takes the request back. */
  ask(query: string, signal?: AbortSignal): Promise<GraphqlAnswer>;
}

/** An application with Apollo on Express, whose field resolvers have interceptors, too. */
export async function listenGraphql(
  options: ResilienceModuleOptions,
  resolvers: Type[],
): Promise<GraphqlApp> {
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    playground: false,
    includeStacktraceInErrorResponses: false,
    fieldResolverEnhancers: ['interceptors'],
    subscriptions: { 'graphql-ws': true },
  });
  const testApp = await listen(ExpressAdapter, options, { imports: [graphql], providers: resolvers });
  const ask = async (query: string, signal?: AbortSignal): Promise<GraphqlAnswer> => {
    const response = await fetch(`${testApp.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      ...(signal !== undefined && { signal }),
    });
    return (await response.json()) as GraphqlAnswer;
  };
  return { ...testApp, ask };
}

/** What the server sends for a subscription, until it says that it is complete or failed. */
export async function subscribe({ url }: TestApp, query: string): Promise<unknown[]> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message: object): void => socket.send(JSON.stringify(message));
  const received: unknown[] = [];
  socket.on('open', () => send({ type: 'connection_init' }));
  socket.on('message', (text: Buffer) => {
    const { type, payload } = JSON.parse(text.toString()) as { type: string; payload?: unknown };
    if (type === 'connection_ack') return send({ id: '1', type: 'subscribe', payload: { query } });
    if (type !== 'complete') received.push(payload);
    if (type !== 'next') socket.close();
  });
  await once(socket, 'close');
  return received;
}
