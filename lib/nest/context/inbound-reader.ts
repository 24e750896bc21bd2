import type { ExecutionContext } from '@nestjs/common';
import type { TrustInbound } from '../../config/propagation-options.js';
import type { Engine } from '../../core/engine.js';
import { decided } from '../../core/predicate.js';
import { InboundCall } from './inbound-call.js';
import { readInboundHeaders } from './inbound-headers.js';
import { inboundRequest, type InboundRequest } from './inbound-request.js';

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
    const request = inboundRequest(context);
    if (request === undefined) return undefined;
    const { sender } = request;
    let said = this.known.get(sender);
    if (said === undefined) this.known.set(sender, (said = this.read(request)));
    return said === null ? undefined : new InboundCall(this.engine.clock, said.deadlineAt, said.attempt);
  }

  private read({ sender, header }: InboundRequest): Said | null {
    const said = readInboundHeaders(header);
    if (said === undefined || !this.trusts(sender)) return null;
    return { deadlineAt: this.engine.clock.now() + said.deadlineMs, attempt: said.attempt };
  }

  private trusts(sender: object): boolean {
    if (typeof this.trust === 'boolean') return this.trust;
    try {
      return decided(this.trust(sender), 'trustInbound');
    } catch (error) {
      const message = 'trustInbound failed, so the headers of the request were not read';
      this.engine.diagnose({ source: 'trustInbound', message, error });
      return false;
    }
  }
}
