import {
  defaultLogging,
  type LoggingKey,
  type LoggingSettings,
  type LogLevel,
} from '../../core/logging-options.js';
import { eventOfKey } from './event-line.js';
import type { LineLimiter } from './line-limiter.js';

/** What somebody says about log lines; `false` is silent altogether. */
export type GivenLogging = LoggingSettings | false | undefined;

export type Levels = Readonly<Record<LoggingKey, LogLevel | false>>;

/** How loud each event is, and how many lines a second there may be. */
export interface Voice {
  readonly levels: Levels;
  readonly limiter: LineLimiter;
}

export const loggingKeys = Object.keys(eventOfKey) as readonly LoggingKey[];

const silent = Object.fromEntries(loggingKeys.map((key) => [key, false])) as Levels;

/** What is given goes over the levels that hold without it, one by one. */
export function levelsOver(base: Levels, given: GivenLogging): Levels {
  return given === false ? silent : { ...base, ...given };
}

/** The levels of the module itself. */
export function moduleLevels(given: GivenLogging): Levels {
  return levelsOver(defaultLogging, given);
}

/** The lines a second of the module itself. */
export function moduleMaxPerSecond(given: GivenLogging): number {
  return (given === false ? undefined : given?.maxPerSecond) ?? defaultLogging.maxPerSecond;
}
