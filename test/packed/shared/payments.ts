import { Injectable } from '@nestjs/common';
import { Attempt, AttemptContext, CircuitBreaker, Fallback, Retryable } from 'nestjs-holdfast';

/** What Node throws when nobody listens: the request was never sent, so everything may try again. */
function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}

@Injectable()
export class PaymentsService {
  charges = 0;
  reports = 0;

  /** Succeeds at the third attempt. */
  @Retryable('impatient')
  async charge(id: string, @Attempt() attempt?: AttemptContext): Promise<string> {
    this.charges += 1;
    if (this.charges < 3) throw refused();
    return `charged ${id} at attempt ${attempt?.attempt}`;
  }

  @CircuitBreaker({ failureThreshold: 2, scope: 'service' })
  async report(): Promise<string> {
    this.reports += 1;
    throw refused();
  }

  @Fallback('lastPrice')
  async price(_id: string): Promise<number> {
    throw refused();
  }

  lastPrice(_error: unknown, id: string): number {
    return id.length;
  }
}
