import type { BackoffRule } from './backoff-rule.js';

/** The same delay after every attempt: i. */
export const fixedDelay: BackoffRule = ({ initialDelayMs }) => initialDelayMs;
