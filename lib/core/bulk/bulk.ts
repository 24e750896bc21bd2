import type { CallResult } from '../call-options.js';
import type { CallReason } from '../call-report.js';
import type { Stoppable } from '../engine.js';
import type { BulkFailure, BulkSuccess } from '../errors/bulk-failure-error.js';
import type { Interruption } from '../interruption.js';
import type { AbortWatcher } from '../signal-hub.js';
import { isThenable } from '../sync-result.js';
import type { TimerTask } from '../time/clock.js';
import { nextTurn } from '../time/system-clock.js';
import type { BulkHost } from './bulk-host.js';
import type { BulkOperation, BulkProgress } from './bulk-types.js';
import { notAnOperation, type OperationSource, type Step } from './operation-source.js';

/** Why a bulk was cut short: what the operations that were not run are told with. */
export interface Cut {
  readonly error: unknown;
  readonly reason: CallReason;
}

/** Operations that end before the event loop turns: rejected ones need none, and a million of them would block it. */
const ENDED_PER_TURN = 100;

/**
 * One run over many operations: begins the next one as soon as fewer than `concurrency` run, until there are no more or
 * it is cut short. It reads an operation only when that can begin, and waits for everything that has begun.
 */
export class Bulk implements AbortWatcher, Stoppable, TimerTask {
  readonly successful: BulkSuccess<unknown>[] = [];
  readonly failed: BulkFailure[] = [];
  cut: Cut | null = null;
  private started = 0;
  private running = 0;
  private retries = 0;
  private endedInTurn = 0;
  private isReading = false;
  private isEnded = false;
  private finish!: () => void;
  private readonly over = new Promise<void>((resolve) => {
    this.finish = resolve;
  });

  constructor(
    private readonly source: OperationSource,
    private readonly host: BulkHost,
  ) {}

  /** Begins what can begin, at once; resolves when nothing runs any more and nothing more will. */
  run(): Promise<void> {
    this.startMore();
    return this.over;
  }

  aborted({ error }: Interruption): void {
    this.cutShort({ error, reason: 'aborted' });
  }

  shutDown(): void {
    this.cutShort({ error: this.host.shutdownError(), reason: 'shutdown' });
  }

  /** The deadline has come. */
  expire(): void {
    this.cutShort({ error: this.host.deadlineError(), reason: 'timeout' });
  }

  /** Puts both lists in input order, those that were not run among the failed. */
  conclude(): void {
    const { cut, successful, failed, source, host } = this;
    successful.sort(byIndex);
    failed.sort(byIndex);
    if (cut === null) return;
    const report = host.reportOfNone(cut.reason);
    for (let index = this.started; index < (source.total ?? 0); index++) {
      failed.push({ index, error: cut.error, report });
    }
  }

  /** Begins nothing any more; what runs comes to its own end. */
  private cutShort(cut: Cut): void {
    this.cut ??= cut;
    this.finishIfOver();
  }

  private startMore(): void {
    while (this.mayStart) this.readNext();
    this.finishIfOver();
  }

  private get mayStart(): boolean {
    const { isReading, isEnded, cut, running, endedInTurn } = this;
    const isIdle = !isReading && !isEnded && cut === null;
    return isIdle && running < this.host.concurrency && endedInTurn < ENDED_PER_TURN;
  }

  private readNext(): void {
    this.isReading = true;
    try {
      const step = this.source.read();
      if (isThenable(step)) this.takeLater(step);
      else this.take(step);
    } catch (error) {
      this.sourceFailed(error);
    }
  }

  private takeLater(step: PromiseLike<Step>): void {
    void Promise.resolve(step)
      .then((taken) => this.take(taken))
      .then(undefined, (error: unknown) => this.sourceFailed(error))
      .then(() => this.startMore());
  }

  private take({ done, value }: Step): void {
    this.isReading = false;
    if (done === true) this.isEnded = true;
    // One that was read while the bulk was cut short is not run.
    else if (this.cut === null) this.start(this.started++, value);
  }

  private sourceFailed(error: unknown): void {
    this.isReading = false;
    this.isEnded = true;
    this.cut ??= { error, reason: 'permanent' };
  }

  private start(index: number, operation: BulkOperation): void {
    this.running++;
    void this.call(index, operation).then((result) => {
      this.running--;
      this.add(index, result);
      this.startMoreInTurn();
    });
  }

  private call(index: number, operation: BulkOperation): Promise<CallResult<unknown>> {
    if (typeof operation === 'function') return this.host.call(operation);
    const error = notAnOperation(operation, index);
    return Promise.resolve({ ok: false, error, report: this.host.reportOfNone('permanent') });
  }

  private add(index: number, result: CallResult<unknown>): void {
    const { report } = result;
    this.retries += Math.max(0, report.attempts - 1);
    if (result.ok) this.successful.push({ index, value: result.value });
    else this.failed.push({ index, error: result.error, report });
    this.host.ended(this.progress());
  }

  private progress(): BulkProgress {
    const [successful, failed] = [this.successful.length, this.failed.length];
    const { retries, source } = this;
    const counts = { completed: successful + failed, successful, failed, retries };
    return source.total === undefined ? counts : { ...counts, total: source.total };
  }

  private startMoreInTurn(): void {
    if (++this.endedInTurn === ENDED_PER_TURN) {
      void nextTurn().then(() => {
        this.endedInTurn = 0;
        this.startMore();
      });
    }
    this.startMore();
  }

  private finishIfOver(): void {
    if (this.running === 0 && (this.isEnded || this.cut !== null)) this.finish();
  }
}

function byIndex(a: { readonly index: number }, b: { readonly index: number }): number {
  return a.index - b.index;
}
