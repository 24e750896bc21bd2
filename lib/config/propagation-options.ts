import { anyOf, mapped } from '../core/options/any-of.js';
import { func } from '../core/options/functions.js';
import { emptyTree, object } from '../core/options/object.js';
import { type Shape, withDefault } from '../core/options/shape.js';
import { boolean } from '../core/options/words.js';

/** Whether the headers of a request are believed: of all, of none, or of those that a function picks, at once. */
export type TrustInbound = boolean | ((request: any) => boolean);

/** What attempts that are carried along take from other services. */
export interface PropagationOptions {
  /**
   * Whether `ResilienceInterceptor` reads `x-request-deadline-ms` and `x-retry-attempt` of requests and messages; whoever
   * may send them can shorten what the application does for him, never lengthen it. The function gets the request of
   * Express or Fastify, or the context of the message, such as a `NatsContext` (over gRPC its metadata); one that throws
   * trusts nobody.
   *
   * @defaultValue `false`
   */
  trustInbound?: TrustInbound;
}

/** {@link PropagationOptions} with defaults; `false`: nothing is carried along. */
export type PropagationSettings = false | { readonly trustInbound: TrustInbound };

const propagationObject = object({
  fields: { trustInbound: withDefault(anyOf(boolean(), func<(request: any) => boolean>()), false) },
  build: (given) => Object.freeze(given),
});

/** `true` is `{}`. */
export const propagationShape = anyOf(
  mapped(boolean(), (on) => on && emptyTree()),
  propagationObject,
) as Shape<PropagationSettings>;
