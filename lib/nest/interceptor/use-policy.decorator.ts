import { UseInterceptors } from '@nestjs/common';
import type { PolicyOptions } from '../../core/policy-options.js';
import type { PolicyName } from '../decorators/decorator-types.js';
import { noteName } from '../method/written-name.js';
import { USE_POLICY_METADATA } from '../resilience.constants.js';
import { ResilienceInterceptor } from './resilience.interceptor.js';
import type { UsedPolicy } from './used-policy.js';

/**
 * Runs a handler, or every handler of a controller, resolver or gateway, under a policy, from inside the guards.
 *
 * The operation is `Controller.handler`; `key` and fallbacks get the `ExecutionContext`. A retry runs inner interceptors,
 * pipes and handler again, guards only once. Retried are GET, HEAD, OPTIONS, PUT, DELETE and GraphQL queries; POST, PATCH,
 * mutations, messages, events and WebSockets only with `idempotent: true`; nothing once headers are sent, after the first
 * item of a stream, with `@Res()` without `passthrough`, or when the handler has read an upload. The client's disconnect
 * aborts the call. A handler is called once at a time: a policy's `hedge` does nothing here, and a `diagnostic` event says
 * so.
 *
 * On a handler it takes the place of what stands on its class, overrides included; both win over `routes` of
 * `ResilienceModule.forRoot`.
 *
 * @param policy name of the policy; one that no source knows fails the boot
 * @param overrides options that win over the policy's
 *
 * @example
 * ```ts
 * @UsePolicy('edge', { timeout: '2s' })
 * @Get(':id')
 * find(@Param('id') id: string) { … }
 * ```
 *
 * @public
 */
export function UsePolicy(
  policy: PolicyName,
  overrides: Readonly<Omit<PolicyOptions, 'extends'>> = {},
): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const place: unknown = key === undefined ? target : descriptor?.value;
    if (typeof place !== 'function') {
      throw new TypeError(
        `@UsePolicy on ${target.constructor.name}.${String(key)}: only classes and their methods have handlers`,
      );
    }
    noteName(key === undefined ? place : target.constructor);
    const { rival, ...before } = ownUse(place) ?? {};
    const other = rival ?? (before.policy === policy ? undefined : before.policy);
    const used: UsedPolicy = { policy, overrides, rival: other };
    Reflect.defineMetadata(USE_POLICY_METADATA, used, place);
    if (before.policy === undefined) bindInterceptor(target, key, descriptor);
  };
}

function ownUse(place: Function): Partial<UsedPolicy> | undefined {
  return Reflect.getOwnMetadata(USE_POLICY_METADATA, place) as UsedPolicy | undefined;
}

function bindInterceptor(
  target: object,
  key: string | symbol | undefined,
  descriptor: PropertyDescriptor | undefined,
): void {
  const bind = UseInterceptors(ResilienceInterceptor);
  if (key === undefined || descriptor === undefined) bind(target as Function);
  else bind(target, key, descriptor);
}
