import type { Clock } from '../../lib/core/time/clock.js';

/**
 * A service that answers one request after the other, in the order in which they came.
 *
 * It does not know that a caller has given up: the request stays in the queue and is served in vain. This is what makes
 * an overload outlast its cause: callers who time out send the same work again, behind their own.
 */
export class QueueingService {
  /** Requests that came, answered or not. */
  requests = 0;
  private readonly queue: (() => void)[] = [];
  private isServing = false;

  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
  ) {}

  /** Resolves when it has been this request's turn, and the service has done its work. */
  request(): Promise<'answer'> {
    this.requests++;
    return new Promise((resolve) => {
      this.queue.push(() => resolve('answer'));
      this.serveNext();
    });
  }

  /** Requests that wait. */
  get backlog(): number {
    return this.queue.length;
  }

  private serveNext(): void {
    const answer = this.isServing ? undefined : this.queue.shift();
    if (answer === undefined) return;
    this.isServing = true;
    const expire = (): void => {
      this.isServing = false;
      answer();
      this.serveNext();
    };
    this.clock.setTimer({ expire }, 1000 / this.perSecond);
  }
}
