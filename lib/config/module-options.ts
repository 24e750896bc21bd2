import type { Classifier } from '../core/classify/ask-classifiers.js';
import { engineFields } from '../core/engine-options.js';
import { eventTypes, type ResilienceEvent, type ResilienceEventType } from '../core/events/event-types.js';
import type { KeyFunction } from '../core/identity-options.js';
import { type LoggingOptions, type LoggingSettings, loggingShape } from '../core/logging-options.js';
import { anyOf } from '../core/options/any-of.js';
import { duration } from '../core/options/duration.js';
import { anyValue } from '../core/options/functions.js';
import { isOptionsObject, ownKeys, readMember, UNREADABLE } from '../core/options/foreign-object.js';
import { leaf } from '../core/options/leaf.js';
import { list } from '../core/options/list.js';
import { hasMethods } from '../core/options/methods.js';
import { integer } from '../core/options/numbers.js';
import { object } from '../core/options/object.js';
import { settings } from '../core/options/settings.js';
import { INVALID } from '../core/options/invalid.js';
import { required, type Shape, withDefault } from '../core/options/shape.js';
import { boolean, oneOf, string } from '../core/options/words.js';
import type { PolicyOptions } from '../core/policy-options.js';
import type { StateStore } from '../core/ports/state-store.js';
import type { Random } from '../core/random.js';
import type { Clock } from '../core/time/clock.js';
import type { Duration } from '../core/time/duration.js';
import { placeOf, type Source } from './layer.js';
import {
  type PropagationOptions,
  type PropagationSettings,
  propagationShape,
} from './propagation-options.js';

/** Which policy protects the routes that match a path. */
export interface RouteOptions {
  /**
   * A path as clients ask for it, global prefix and version included: `*` stands for one segment, `**` at the end for
   * all that follow, also for none. `/api/v1/orders/**` matches `/api/v1/orders` and everything under it. Upper and lower
   * case are the same, a trailing `/` and the query count for nothing.
   */
  path: string;
  /** Name of the policy. */
  policy: string;
}

/** What log lines can be written to; Nest's `LoggerService` is one. */
export interface LineLogger {
  log(message: any, ...optional: any[]): any;
  error(message: any, ...optional: any[]): any;
  warn(message: any, ...optional: any[]): any;
  debug?(message: any, ...optional: any[]): any;
  verbose?(message: any, ...optional: any[]): any;
  fatal?(message: any, ...optional: any[]): any;
}

/** Takes events as they are, with the line that would be written. */
export type EventLogger = (event: ResilienceEvent, line: string) => void;

/** Options of `ResilienceModule.forRoot`. */
export interface ModuleOptions {
  /** Policies by name; the configuration and single variables go over them. */
  policies?: Readonly<Record<string, PolicyOptions>>;
  /** Overrides by operation, `ClassName.method`; stronger than its decorators. */
  operations?: Readonly<Record<string, Omit<PolicyOptions, 'extends'>>>;
  /**
   * Where `ConfigService` holds `{ policies, operations }`.
   *
   * @defaultValue `'resilience'`
   */
  configKey?: string;
  /**
   * Whether the presets exist.
   *
   * @defaultValue `true`
   */
  presets?: boolean;
  /**
   * `false` runs everything bare, as `RESILIENCE_ENABLED=false` does.
   *
   * @defaultValue `true`
   */
  enabled?: boolean;
  /** Which policies protect which routes, through a global `ResilienceInterceptor`; the first match wins. */
  routes?: readonly RouteOptions[];
  /**
   * Whether `ResilienceExceptionFilter` is bound for the whole application.
   *
   * @defaultValue `false`
   */
  httpErrors?: boolean;
  /** Which events become log lines; `false` is silent. Policies may say otherwise. */
  logging?: LoggingOptions | boolean;
  /**
   * Where log lines go; `false` is nowhere, a function takes the events.
   *
   * @defaultValue Nest's `Logger` with the context `Resilience`
   */
  logger?: false | LineLogger | EventLogger;
  /**
   * Which events go to the `EventEmitter2` of `@nestjs/event-emitter` as well, as `resilience.circuitOpened` and the like:
   * all, none, or those listed. What is sent there is made for every call, also while nobody listens for it.
   *
   * @defaultValue `false`
   */
  eventEmitter?: boolean | readonly ResilienceEventType[];
  /**
   * How many of the newest failed calls `ResilienceService.recentFailures()` tells of, from 0 to 10,000; of those that fail
   * alike, one a second. Where it is not 0, every call reads the clock.
   *
   * @defaultValue `0`
   */
  recentFailures?: number;
  /** Say the category of errors that `classify` does not know; asked in order, before it. */
  classifiers?: readonly Classifier[];
  /** Key resolvers by name, for options that cannot hold a function. */
  keys?: Readonly<Record<string, KeyFunction>>;
  /**
   * Where circuits are kept beyond the process, such as `new FileStateStore({ path })`. The boot waits two seconds for it
   * at most, calls never do.
   *
   * @defaultValue none: circuits live in memory and begin closed with every process
   */
  store?: StateStore;
  /** Where time comes from. Tests give a `VirtualClock`. */
  clock?: Clock;
  /** Where chance comes from: uniform in [0, 1). */
  random?: Random;
  /**
   * Whether the attempt under way is carried along to everything that its operation calls, by an `AsyncLocalStorage`:
   * inner calls keep to its deadline, `currentAttempt()` and `outgoingHeaders()` tell of it. Every call pays a little for
   * it. An object says which requests are believed that tell of an attempt of their sender's.
   *
   * @defaultValue `false`
   */
  propagateContext?: PropagationOptions | boolean;
  /**
   * How long running calls that have read their signal are left alone at shutdown before it aborts; 0 or more. Others are
   * not waited for: nothing could tell them to stop.
   *
   * @defaultValue `'10s'`
   */
  shutdownGrace?: Duration;
  /**
   * Whether rejections carry stack frames, which costs time.
   *
   * @defaultValue `false`
   */
  captureStacks?: boolean;
}

/** {@link ModuleOptions} with defaults. Policies and operations are handed on as they are, to be checked with theirs. */
export interface ModuleSettings {
  readonly policies?: unknown;
  readonly operations?: unknown;
  readonly configKey: string;
  readonly presets: boolean;
  readonly enabled: boolean;
  readonly routes: readonly Readonly<RouteOptions>[];
  readonly httpErrors: boolean;
  readonly logging?: LoggingSettings | false;
  readonly logger?: false | LineLogger | EventLogger;
  readonly eventEmitter: boolean | readonly ResilienceEventType[];
  readonly recentFailures: number;
  readonly classifiers: readonly Classifier[];
  readonly keys: Readonly<Record<string, KeyFunction>>;
  readonly store?: StateStore;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly propagateContext: PropagationSettings;
  readonly shutdownGraceMs: number;
  readonly captureStacks: boolean;
}

const loggerShape: Shape<false | LineLogger | EventLogger> = {
  ...leaf<false | LineLogger | EventLogger>({
    expected: 'false, a function of the event, or a logger with log, error and warn',
    is: (value) =>
      value === false || typeof value === 'function' || hasMethods(value, ['log', 'error', 'warn']),
  }),
  takesFalse: true,
};

/** Parameters such as `:id` are refused, for they would match nothing. */
const pathPattern = /^\/(?:(?:\*|[^*:/?#][^*/?#]*)\/)*(?:\*\*?|[^*:/?#][^*/?#]*)?$/;

const routePath = leaf<string>({
  expected:
    "a path that begins with '/', with '*' for one whole segment or '**' for the rest, such as '/api/**'",
  is: (value) => typeof value === 'string' && pathPattern.test(value),
});

const routeShape = object({
  fields: { path: required(routePath), policy: required(string()) },
  build: (route) => Object.freeze(route),
});

const eventList = list(oneOf(...eventTypes), { expected: 'a list of event types' });

/** The options of `forRoot`, described once; the outcome of `policies` and `operations` is not judged here. */
export const moduleShape = object({
  fields: {
    policies: anyValue(),
    operations: anyValue(),
    configKey: withDefault(string(), 'resilience'),
    presets: withDefault(boolean(), true),
    enabled: withDefault(boolean(), true),
    routes: withDefault(list(routeShape, { expected: 'a list of { path, policy }' }), []),
    httpErrors: withDefault(boolean(), false),
    logging: loggingShape,
    logger: loggerShape,
    eventEmitter: withDefault(anyOf(boolean(), eventList), false),
    recentFailures: withDefault(integer({ min: 0, max: 10_000 }), 0),
    ...engineFields,
    propagateContext: withDefault(propagationShape, false),
    shutdownGrace: withDefault(duration({ zero: true }), '10s'),
  },
  build: ({ shutdownGrace: shutdownGraceMs, ...rest }) =>
    settings<ModuleSettings>({ shutdownGraceMs, ...rest }),
});

/** Checks the options of `forRoot`; `undefined` where something is wrong, which is reported. */
export function readModuleOptions(
  options: unknown,
  source: Source,
  issues: string[],
): ModuleSettings | undefined {
  const before = issues.length;
  const at = placeOf('', source, issues);
  const accepted = moduleShape.accept(options ?? {}, at);
  const read = accepted === INVALID ? INVALID : moduleShape.resolve(accepted, at);
  return read === INVALID || issues.length > before ? undefined : read;
}

/**
 * The options of `forRoot` as far as they can be used. What cannot is reported and left out: the boot goes on to find
 * whatever else is wrong before it gives up.
 */
export function usableModuleOptions(options: unknown, source: Source, issues: string[]): ModuleSettings {
  const settings = readModuleOptions(options, source, issues);
  if (settings !== undefined) return settings;
  const members = isOptionsObject(options)
    ? (ownKeys(options) ?? []).map((key) => [key, readMember(options, key)] as const)
    : [];
  const usable = members.filter(
    ([key, value]) => value !== UNREADABLE && readModuleOptions({ [key]: value }, source, []) !== undefined,
  );
  // Each is valid by itself, and no rule ties one to another.
  return readModuleOptions(Object.fromEntries(usable), source, []) as ModuleSettings;
}
