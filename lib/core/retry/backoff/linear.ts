import type { BackoffRule } from './backoff-rule.js';

/** Grows by a constant: i + increment · (n − 1). */
export const linearDelay: BackoffRule = ({ initialDelayMs, incrementMs }, attempt) =>
  initialDelayMs + incrementMs * (attempt - 1);
