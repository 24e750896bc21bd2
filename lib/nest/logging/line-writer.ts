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
  private hasFailed = false;

  constructor(private readonly logger: false | LineLogger | EventLogger | undefined) {}

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
    this.attempt(() => {
      // As Nest's Logger calls them: an error's second argument is the stack.
      if (level === 'error') return logger.error(line, undefined, LOG_CONTEXT) as unknown;
      if (level === 'fatal' && logger.fatal === undefined)
        return logger.error(line, undefined, LOG_CONTEXT) as unknown;
      return logger[level]?.(line, LOG_CONTEXT) as unknown;
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
