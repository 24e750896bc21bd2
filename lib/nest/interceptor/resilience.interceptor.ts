import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { isHandle } from '../method/handle-brand.js';
import { writtenName } from '../method/written-name.js';
import { LOG_CONTEXT, RESILIENCE_HANDLE } from '../resilience.constants.js';
import { carryInbound } from '../context/carry-inbound.js';
import { InboundReader } from '../context/inbound-reader.js';
import type { ResilienceHandle } from '../runtime/resilience.handle.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import { callHandler } from './handler-call.js';
import { HandlerPolicies, handlerPoliciesOf, type ProtectedHandler } from './handler-policies.js';
import { isStream, streamHandler } from './handler-stream.js';
import { isProtected } from './shared-memory.js';

/**
 * Runs handlers under the policy that `@UsePolicy` names, or else the first of `routes` that matches.
 *
 * `@UsePolicy` and `routes` bind it; it may also be an `APP_INTERCEPTOR`. However often it is bound, each request runs
 * through one pipeline: the outermost one.
 *
 * @see UsePolicy
 * @public
 */
@Injectable()
export class ResilienceInterceptor implements NestInterceptor {
  private readonly handle: ResilienceHandle | undefined;
  private runtime: ResilienceRuntime | undefined;
  private policies: HandlerPolicies | undefined;
  private inbound: InboundReader | undefined;
  private hasSaid = false;

  constructor(@Optional() @Inject(RESILIENCE_HANDLE) handle?: unknown) {
    // A mock, which testing modules put in place of what is missing, is no handle.
    if (isHandle(handle)) this.handle = handle as ResilienceHandle;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = this.policyFor(context);
    if (isProtected(context)) return next.handle();
    const inbound = this.inbound?.of(context);
    if (inbound === undefined) return protect(handler, context, next);
    return carryInbound(inbound, next, (carried) => protect(handler, context, carried));
  }

  private policyFor(context: ExecutionContext): ProtectedHandler | null {
    if (this.handle === undefined) return this.sayUnprotected(context);
    const { runtime } = this.handle;
    if (this.policies === undefined || this.runtime !== runtime) {
      this.runtime = runtime;
      this.policies = handlerPoliciesOf(runtime);
      this.inbound = inboundReader(runtime);
    }
    return this.policies.policyFor(context);
  }

  private sayUnprotected(context: ExecutionContext): null {
    if (this.hasSaid) return null;
    this.hasSaid = true;
    new Logger(LOG_CONTEXT).error(
      `${writtenName(context.getClass())} uses ResilienceInterceptor, but its handlers run unprotected: add ` +
        'ResilienceModule.forRoot() to the imports of your root module; an interceptor made with `new` knows no ' +
        'application, so bind it as APP_INTERCEPTOR',
    );
    return null;
  }
}

function protect(
  handler: ProtectedHandler | null,
  context: ExecutionContext,
  next: CallHandler,
): Observable<unknown> {
  if (handler === null) return next.handle();
  return isStream(handler) ? streamHandler(handler, context, next) : callHandler(handler, context, next);
}

/** `undefined` where no request is believed. */
function inboundReader({ engine, settings }: ResilienceRuntime): InboundReader | undefined {
  const { propagateContext } = settings;
  if (propagateContext === false || propagateContext.trustInbound === false) return undefined;
  return new InboundReader(engine, propagateContext.trustInbound);
}
