import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { lastValueFrom, type Observable } from 'rxjs';
import { RESILIENCE_HANDLE } from '../../lib/nest/resilience.constants.js';
import { ResilienceInterceptor } from '../../lib/nest/interceptor/resilience.interceptor.js';
import { startApp, type AppParts, type DecoratedApp } from './decorated-app.js';

export interface InterceptedApp extends DecoratedApp {
  readonly interceptor: ResilienceInterceptor;
  /** What the interceptor makes of a handler that gives this. */
  intercept(context: ExecutionContext, handle: () => Observable<unknown>): Observable<unknown>;
  /** The answer, as Nest waits for it. */
  answer(context: ExecutionContext, handle: () => Observable<unknown>): Promise<unknown>;
}

/** An application, and an interceptor of it for contexts that a test makes. */
export async function startIntercepted(parts: AppParts): Promise<InterceptedApp> {
  const started = await startApp({ ...parts, options: { logging: false, ...parts.options } });
  const interceptor = new ResilienceInterceptor(started.get<unknown>(RESILIENCE_HANDLE));
  const intercept = (context: ExecutionContext, handle: () => Observable<unknown>): Observable<unknown> =>
    interceptor.intercept(context, { handle } satisfies CallHandler);
  return {
    ...started,
    interceptor,
    intercept,
    answer: (context, handle) => lastValueFrom(intercept(context, handle)),
  };
}
