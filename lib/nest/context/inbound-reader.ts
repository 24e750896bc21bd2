import type { ExecutionContext } from '@nestjs/common';
import type { TrustInbound } from '../../config/propagation-options.js';
import type { Engine } from '../../core/engine.js';
import { decided } from '../../core/predicate.js';
import { InboundCall } from './inbound-call.js';
import { readInboundHeaders } from './inbound-headers.js';

interface InboundRequest {
  readonly headers?: Readonly<Record<string, unknown>>;
}

interface Said {
  readonly deadlineAt: number;
  readonly attempt: number;
}

/** Reads what a trusted service says of the attempt that waits for an answer. */
export class InboundReader {
  /** A request runs through as many interceptors as it has resolvers; its time began with the first. */
  private readonly known = new WeakMap<object, Said | null>();

  constructor(
    private readonly engine: Engine,
    private readonly trust: TrustInbound,
  ) {}

  /** `undefined` where the request says nothing, or is not trusted. */
  of(context: ExecutionContext): InboundCall | undefined {
    const request = requestOf(context);
    if (typeof request !== 'object' || request === null) return undefined;
    let said = this.known.get(request);
    if (said === undefined) this.known.set(request, (said = this.read(request)));
    return said === null ? undefined : new InboundCall(this.engine.clock, said.deadlineAt, said.attempt);
  }

  private read(request: InboundRequest): Said | null {
    const { headers } = request;
    const said = headers === undefined ? undefined : readInboundHeaders(headers);
    if (said === undefined || !this.trusts(request)) return null;
    return { deadlineAt: this.engine.clock.now() + said.deadlineMs, attempt: said.attempt };
  }

  private trusts(request: InboundRequest): boolean {
    if (typeof this.trust === 'boolean') return this.trust;
    try {
      return decided(this.trust(request), 'trustInbound');
    } catch (error) {
      const message = 'trustInbound failed, so the headers of the request were not read';
      this.engine.diagnose({ source: 'trustInbound', message, error });
      return false;
    }
  }
}

/** The request of HTTP, or the one that brought a GraphQL operation. */
function requestOf(context: ExecutionContext): InboundRequest | null | undefined {
  const type = context.getType<string>();
  if (type === 'http') return context.getArgByIndex<InboundRequest | undefined>(0);
  if (type !== 'graphql') return undefined;
  return context.getArgByIndex<{ readonly req?: InboundRequest } | undefined>(2)?.req;
}
