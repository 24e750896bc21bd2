import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Type } from '@nestjs/common';
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
