import { Logger } from '@nestjs/common';
import type { EventLogger, LineLogger } from '../../config/module-options.js';
import type { ResilienceEvent } from '../../core/events/event-types.js';
import type { LogLevel } from '../../core/logging-options.js';
import { isThenable } from '../../core/sync-result.js';
import { LOG_CONTEXT } from '../resilience.constants.js';
import { fullError } from './describe-error.js';

/**
 * Where lines go: Nest's logger, the one that the options give, or nowhere. Never throws: a logger of the user's that
 * fails harms no call, and is told of once, through Nest's.
 */
export class LineWriter {
  private readonly nest = new Logger(LOG_CONTEXT);
  /** What a logger is told after the line; a `Logger` of Nest's that has a context of its own adds that by itself. */
  private readonly context: readonly string[];
  private hasFailed = false;

  constructor(private readonly logger: false | LineLogger | EventLogger | undefined) {
    this.context = hasOwnContext(logger) ? [] : [LOG_CONTEXT];
  }

  /** A line that no event caused. A logger that takes events gets none: Nest's writes it. */
  write(level: LogLevel, line: string): void {
    if (this.logger === false) return;
    if (typeof this.logger === 'object') this.writeTo(this.logger, level, line);
    else this.nest[level](line);
  }

  /** An event with its line. */
  writeEvent(level: LogLevel, event: ResilienceEvent, line: string): void {
    const { logger } = this;
    if (typeof logger === 'function') this.attempt(() => logger(event, line));
    else this.write(level, line);
  }

  private writeTo(logger: LineLogger, level: LogLevel, line: string): void {
    const { context } = this;
    this.attempt(() => {
      if (level === 'error' || (level === 'fatal' && logger.fatal === undefined)) {
        // As Nest's Logger calls it: an error's second argument is the stack.
        const rest = context.length === 0 ? context : [undefined, ...context];
        return logger.error(line, ...rest) as unknown;
      }
      return logger[level]?.(line, ...context) as unknown;
    });
  }

  private attempt(write: () => unknown): void {
    try {
      const result = write();
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.failed(error));
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.nest.error(
      `the logger given to ResilienceModule failed, and lines are missing: ${fullError(error)}`,
    );
  }
}

function hasOwnContext(logger: unknown): boolean {
  return (
    logger instanceof Logger && (logger as unknown as { readonly context?: string }).context !== undefined
  );
}
