import type { Clock, TimerHandle, TimerTask } from '../../core/time/clock.js';
import { nextTurn, systemClock } from '../../core/time/system-clock.js';
import { CONNECTION, type Health } from './health.js';
import { RedisAway } from './redis-away.js';
import type { RedisClient } from './redis-client.js';
import type { Script } from './script.js';

/** Commands without an answer, at most; beyond it nothing is sent. */
const MOST_PENDING = 500;
/** One answer may be late for many reasons. */
const LATE_IN_A_ROW = 2;
/** A connection may be dead without anybody having noticed: another trial may find out. */
const TRIAL_MS = 5000;

/** What is asked of Redis at once. */
export interface Request {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  /** How long an answer is waited for, milliseconds. */
  readonly withinMs: number;
  /** Asked although Redis is away, to find out whether it is back. Only one of these is under way at a time. */
  readonly isTrial?: boolean;
}

/**
 * The way to Redis: nothing is sent that would have to wait for a connection, no answer is waited for longer than was said,
 * and while Redis is away it is only tried now and then. So nothing piles up, and nothing breaks loose when it is back.
 *
 * Time here is that of the network: real, whatever clock the engine has.
 */
export class RedisLink {
  private pending = 0;
  private late = 0;
  /** When the trial under way began. */
  private trialAt: number | undefined;

  constructor(
    private readonly client: () => RedisClient | undefined,
    private readonly health: Health,
    private readonly clock: Clock = systemClock,
  ) {}

  get isReady(): boolean {
    return this.client()?.status === 'ready';
  }

  /** @throws RedisAway where it is not asked or does not answer in time; what Redis answers with, where that is an error. */
  async run(request: Request): Promise<unknown> {
    const client = this.client();
    const refusal = this.refusal(client, request.isTrial === true);
    if (client === undefined || refusal !== undefined) throw this.refused(refusal, request);
    const { kind } = request.script;
    const answer = this.send(client, request);
    try {
      const value = await this.inTime(answer, request.withinMs);
      this.late = 0;
      this.health.succeeded(kind);
      return value;
    } catch (error) {
      this.failed(kind, error, client);
      throw error;
    }
  }

  private refusal(client: RedisClient | undefined, isTrial: boolean): string | undefined {
    if (client?.status !== 'ready') return 'not connected to Redis';
    if (this.pending >= MOST_PENDING) return `${this.pending} commands wait for an answer of Redis already`;
    if (this.health.isConnected) return undefined;
    return isTrial && !this.isTrying ? undefined : 'Redis does not answer';
  }

  private get isTrying(): boolean {
    return this.trialAt !== undefined && this.clock.now() - this.trialAt < TRIAL_MS;
  }

  private refused(why: string | undefined, { isTrial }: Request): RedisAway {
    const error = new RedisAway(why);
    if (isTrial === true) this.health.failed(CONNECTION, error);
    return error;
  }

  private send(client: RedisClient, { script, keys, args, isTrial = false }: Request): Promise<unknown> {
    this.pending++;
    if (isTrial) this.trialAt = this.clock.now();
    return script.run(client, keys, args).finally(() => {
      this.pending--;
      if (isTrial) this.trialAt = undefined;
    });
  }

  private inTime(answer: Promise<unknown>, withinMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimer(
        new Patience(() => reject(new RedisAway(`Redis did not answer within ${withinMs} ms`))),
        withinMs,
      );
      answer.then(resolve, reject).finally(() => this.clock.clearTimer(timer));
    });
  }

  private failed(kind: string, error: unknown, client: RedisClient): void {
    if (error instanceof RedisAway) {
      if (++this.late >= LATE_IN_A_ROW) this.health.failed(CONNECTION, error);
    } else if (client.status === 'ready') this.health.failed(kind, error);
    else this.health.failed(CONNECTION, error);
  }
}

/** Time is up when the event loop has turned once more: an answer that has arrived is read before that. */
class Patience implements TimerTask {
  constructor(private readonly isOver: () => void) {}

  expire(): void {
    void nextTurn().then(this.isOver);
  }
}

/** One timer at a time: set anew, it forgets the one before. */
export class Alarm implements TimerTask {
  private timer: TimerHandle = undefined;

  constructor(
    private readonly ring: () => void,
    private readonly clock: Clock = systemClock,
  ) {}

  get isSet(): boolean {
    return this.timer !== undefined;
  }

  set(delayMs: number): void {
    this.clear();
    this.timer = this.clock.setTimer(this, delayMs);
  }

  clear(): void {
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    this.timer = undefined;
  }

  expire(): void {
    this.timer = undefined;
    this.ring();
  }
}
