import type { ExecutionContext } from '@nestjs/common';
import type { Pipeline } from '../../core/pipeline.js';
import type { EffectiveOptions } from '../method/effective-options.js';
import { issuesOf } from '../runtime/policy-issues.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import { keyOf, traitsOf, type HandlerTraits } from './handler-traits.js';
import { compilePattern, segmentsOf, type RoutePattern } from './route-pattern.js';
import { usedPolicy, type UsedPolicy } from './used-policy.js';

/** A handler under a policy, ready to run. */
export interface ProtectedHandler {
  readonly pipeline: Pipeline;
  readonly traits: HandlerTraits;
}

interface Route {
  readonly matches: RoutePattern;
  readonly policy: string;
  /** As errors and `explain` call it: `routes[0]`. */
  readonly place: string;
}

/** A method as instances of a class have it. */
interface HandlerName {
  readonly type: Function;
  readonly method: Function;
  readonly key: string;
}

/** What is known of a handler; `null` stands for one that runs bare. */
interface Handler extends HandlerName {
  /** What `@UsePolicy` makes of it; `undefined` where nothing is said, so that the routes decide. */
  readonly own: ProtectedHandler | null | undefined;
  readonly byRoute: Map<Route, ProtectedHandler | null>;
}

/** The policies of one application's handlers, made out once for each of them. */
export class HandlerPolicies {
  private handlers = new Map<Function, Map<Function, Handler>>();
  private readonly routes: readonly Route[];

  constructor(private readonly runtime: ResilienceRuntime) {
    this.routes = runtime.settings.routes.map(({ path, policy }, index) => {
      return { matches: compilePattern(path), policy, place: `routes[${index}]` };
    });
    runtime.onReload(() => this.recompile());
  }

  /** The policy of the handler, else of its class, else of the first route that matches; `null` where there is none. */
  policyFor(context: ExecutionContext): ProtectedHandler | null {
    const type = context.getClass();
    const method = context.getHandler();
    const handler = this.handlers.get(type)?.get(method) ?? this.handlerOf(type, method);
    if (handler.own !== undefined) return handler.own;
    return this.routes.length === 0 ? null : this.byRoute(context, handler);
  }

  /**
   * Compiles what `@UsePolicy` says of a handler.
   *
   * @throws ResilienceConfigError (`CONFIG_INVALID`) where decorator and configuration make no policy together.
   */
  handlerOf(type: Function, method: Function): Handler {
    const byMethod = this.handlers.get(type) ?? new Map<Function, Handler>();
    this.handlers.set(type, byMethod);
    const name = { type, method, key: keyOf(type, method) };
    const used = usedPolicy(type, method);
    const handler = { ...name, own: used && this.protect(name, usedOptions(used)), byRoute: new Map() };
    byMethod.set(method, handler);
    return handler;
  }

  private byRoute(context: ExecutionContext, handler: Handler): ProtectedHandler | null {
    const route = this.routeOf(context);
    if (route === undefined) return null;
    const known = handler.byRoute.get(route);
    return known === undefined ? this.compileRoute(handler, route) : known;
  }

  private routeOf(context: ExecutionContext): Route | undefined {
    if (context.getType() !== 'http') return undefined;
    const request = context.switchToHttp().getRequest<{ originalUrl?: string; url?: string }>();
    const segments = segmentsOf(request.originalUrl ?? request.url ?? '');
    return this.routes.find(({ matches }) => matches(segments));
  }

  private compileRoute(handler: Handler, route: Route): ProtectedHandler | null {
    const made = this.protect(handler, routeOptions(route));
    handler.byRoute.set(route, made);
    return made;
  }

  private protect({ type, method, key }: HandlerName, options: EffectiveOptions): ProtectedHandler | null {
    const service = this.runtime.names.nameOf(type);
    const pipeline = this.runtime.compile(options, { name: `${service}.${key}`, service });
    return pipeline === null ? null : { pipeline, traits: traitsOf(type, key, method) };
  }

  /** Under the options now in force, so that breakers take them over at once. */
  private recompile(): void {
    const before = [...this.handlers.values()].flatMap((byMethod) => [...byMethod.values()]);
    this.handlers = new Map();
    // What is wrong with one of them, its next call tells.
    for (const { type, method, byRoute } of before) {
      issuesOf(() => {
        const handler = this.handlerOf(type, method);
        for (const route of byRoute.keys()) this.compileRoute(handler, route);
      });
    }
  }
}

const DECORATOR = '@UsePolicy';

function usedOptions({ policy, overrides, rival }: UsedPolicy): EffectiveOptions {
  const layers = Object.keys(overrides).length === 0 ? [] : [{ decorator: DECORATOR, options: overrides }];
  const conflict =
    rival === undefined
      ? undefined
      : `${DECORATOR} names the policies "${rival}" and "${policy}"; one handler has one policy`;
  return { policy, namedBy: DECORATOR, needsRetry: false, layers, conflict };
}

function routeOptions({ policy, place }: Route): EffectiveOptions {
  return { policy, namedBy: place, needsRetry: false, layers: [], conflict: undefined };
}

const registries = new WeakMap<ResilienceRuntime, HandlerPolicies>();

/** The one registry of an application, whichever of its interceptors asks. */
export function handlerPoliciesOf(runtime: ResilienceRuntime): HandlerPolicies {
  let policies = registries.get(runtime);
  if (policies === undefined) registries.set(runtime, (policies = new HandlerPolicies(runtime)));
  return policies;
}
