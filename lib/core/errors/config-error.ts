import { printable } from '../printable.js';
import { brand } from './brand.js';
import { ResilienceError, type ResilienceErrorJson } from './resilience-error.js';

/** Enough for a path, a reason and a value; what is longer holds a value that nobody reads to its end. */
const LONGEST_ISSUE = 1024;

export interface ResilienceConfigErrorData {
  readonly issues: readonly string[];
  readonly cause?: unknown;
}

/**
 * The configuration is wrong; the message lists every problem, one a line, as `path: what is wrong (value)`.
 *
 * It stops the boot, or the call of a function that was given bad options. It has no HTTP status: if it ever reaches a
 * client, that client learns no more than of any internal error.
 *
 * @public
 */
export class ResilienceConfigError extends ResilienceError {
  declare readonly code: 'CONFIG_INVALID';
  /** Every problem, as `path: what is wrong (value)`. */
  declare readonly issues: readonly string[];

  static {
    brand(this, 'ResilienceConfigError', 'CONFIG_INVALID');
  }

  constructor(data: ResilienceConfigErrorData) {
    const { issues } = data;
    const problems = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
    const lines = issues.map((issue) => `\n- ${printable(issue, LONGEST_ISSUE)}`);
    super(`Invalid resilience configuration, ${problems}:${lines.join('')}`, { cause: data.cause });
    this.issues = Object.freeze([...issues]);
  }

  override toJSON(): ResilienceErrorJson {
    return { ...super.toJSON(), issues: this.issues };
  }
}
