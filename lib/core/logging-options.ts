import { anyOf, mapped } from './options/any-of.js';
import { integer } from './options/numbers.js';
import { emptyTree, object } from './options/object.js';
import { settings } from './options/settings.js';
import { implied, type Shape } from './options/shape.js';
import { boolean, oneOf } from './options/words.js';

/** How loud a line is, as Nest's loggers know it. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'log' | 'debug' | 'verbose';

/**
 * Which events become log lines, and how loud: `true` takes the level named here, `false` is silent.
 *
 * Only the Nest module writes log lines, the engine by itself never does. A policy's options go over the module's,
 * one by one.
 */
export interface LoggingOptions {
  /**
   * Event `retry`: the pause before a retry begins.
   *
   * @defaultValue `'warn'`
   */
  retry?: boolean | LogLevel;
  /**
   * Event `retriesExhausted`.
   *
   * @defaultValue `'error'`
   */
  exhausted?: boolean | LogLevel;
  /**
   * Event `circuitOpened`.
   *
   * @defaultValue `'error'`
   */
  opened?: boolean | LogLevel;
  /**
   * Event `circuitHalfOpened`; `true` is `'log'`.
   *
   * @defaultValue `false`
   */
  halfOpened?: boolean | LogLevel;
  /**
   * Event `circuitClosed`.
   *
   * @defaultValue `'log'`
   */
  closed?: boolean | LogLevel;
  /**
   * Event `callRejected`; `true` is `'warn'`.
   *
   * @defaultValue `false`
   */
  rejected?: boolean | LogLevel;
  /**
   * Event `timeout`; `true` is `'warn'`.
   *
   * @defaultValue `false`
   */
  timeout?: boolean | LogLevel;
  /**
   * Event `budgetExhausted`; `true` is `'warn'`.
   *
   * @defaultValue `false`
   */
  budgetExhausted?: boolean | LogLevel;
  /**
   * Event `fallbackUsed`; `true` is `'warn'`.
   *
   * @defaultValue `false`
   */
  fallbackUsed?: boolean | LogLevel;
  /**
   * Event `fallbackFailed`; `true` is `'warn'`.
   *
   * @defaultValue `false`
   */
  fallbackFailed?: boolean | LogLevel;
  /**
   * Event `storeUnavailable`.
   *
   * @defaultValue `'error'`
   */
  storeUnavailable?: boolean | LogLevel;
  /**
   * Event `storeRecovered`.
   *
   * @defaultValue `'log'`
   */
  storeRecovered?: boolean | LogLevel;
  /**
   * Event `diagnostic`: user code that threw, and the like.
   *
   * @defaultValue `'warn'`
   */
  diagnostic?: boolean | LogLevel;
  /**
   * Whether the boot warns of unsafe compositions, such as a total timeout that the attempts do not fit into.
   *
   * @defaultValue `true`
   */
  advice?: boolean;
  /**
   * Lines a second at most; the rest become one line "and n more". An integer of at least 1.
   *
   * @defaultValue `10`
   */
  maxPerSecond?: number;
}

/** The options of {@link LoggingOptions} that stand for an event. */
export type LoggingKey = Exclude<keyof LoggingOptions, 'advice' | 'maxPerSecond'>;

/** {@link LoggingOptions} as given, levels filled in: what is absent was not given and is the module's to say. */
export type LoggingSettings = { readonly [K in LoggingKey]?: LogLevel | false } & {
  readonly advice?: boolean;
  readonly maxPerSecond?: number;
};

/** How loud each event is where nobody says otherwise, and what `true` means for those that are silent. */
const levels: Readonly<Record<LoggingKey, { readonly on: LogLevel; readonly silent?: true }>> = {
  retry: { on: 'warn' },
  exhausted: { on: 'error' },
  opened: { on: 'error' },
  halfOpened: { on: 'log', silent: true },
  closed: { on: 'log' },
  rejected: { on: 'warn', silent: true },
  timeout: { on: 'warn', silent: true },
  budgetExhausted: { on: 'warn', silent: true },
  fallbackUsed: { on: 'warn', silent: true },
  fallbackFailed: { on: 'warn', silent: true },
  storeUnavailable: { on: 'error' },
  storeRecovered: { on: 'log' },
  diagnostic: { on: 'warn' },
};

const loggingKeys = Object.keys(levels) as readonly LoggingKey[];

/** What holds where neither module nor policy says anything. */
export const defaultLogging: Required<LoggingSettings> = Object.freeze({
  ...(Object.fromEntries(
    loggingKeys.map((key) => [key, levels[key].silent === true ? false : levels[key].on]),
  ) as Record<LoggingKey, LogLevel | false>),
  advice: true,
  maxPerSecond: 10,
});

function levelShape(key: LoggingKey): Shape<LogLevel | false> {
  const shape = anyOf(
    mapped(boolean(), (on): LogLevel | false => on && levels[key].on),
    oneOf('fatal', 'error', 'warn', 'log', 'debug', 'verbose'),
  );
  return implied(shape, String(defaultLogging[key]));
}

const levelShapes = Object.fromEntries(loggingKeys.map((key) => [key, levelShape(key)])) as Record<
  LoggingKey,
  Shape<LogLevel | false>
>;

const loggingObject = object({
  fields: {
    ...levelShapes,
    advice: implied(boolean(), String(defaultLogging.advice)),
    maxPerSecond: implied(integer({ min: 1 }), String(defaultLogging.maxPerSecond)),
  },
  build: (given) => settings<LoggingSettings>(given),
});

/** Logging of a module or a policy. */
export const loggingShape: Shape<LoggingSettings | false> = anyOf(
  mapped(boolean(), (on) => on && emptyTree()),
  loggingObject,
) as Shape<LoggingSettings | false>;
