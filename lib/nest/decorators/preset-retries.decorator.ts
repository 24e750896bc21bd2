import type { Protection, RetryableOverrides } from './decorator-types.js';
import { retryable } from './retryable.decorator.js';

type PresetRetry = <const M extends string = never>(overrides?: RetryableOverrides<M>) => Protection<M>;

function preset(decorator: string, policy: string): PresetRetry {
  return (overrides = {}) =>
    retryable(decorator, policy, overrides as RetryableOverrides) as Protection<never>;
}

/** `@Retryable('network')`: 5 attempts for calls over the network. @public */
export const NetworkRetry: PresetRetry = preset('@NetworkRetry', 'network');

/** `@Retryable('database')`: 3 attempts for queries. @public */
export const DatabaseRetry: PresetRetry = preset('@DatabaseRetry', 'database');

/** `@Retryable('quick')`: 2 attempts, the second after at most 100 ms. @public */
export const QuickRetry: PresetRetry = preset('@QuickRetry', 'quick');

/** `@Retryable('aggressive')`: 10 attempts for what must not be lost. @public */
export const AggressiveRetry: PresetRetry = preset('@AggressiveRetry', 'aggressive');

/** `@Retryable('api')`: 3 attempts for other people's APIs. @public */
export const ApiRetry: PresetRetry = preset('@ApiRetry', 'api');

/** `@Retryable('file')`: 3 attempts for files and object stores. @public */
export const FileRetry: PresetRetry = preset('@FileRetry', 'file');
