import type { Breaker, CircuitKeeping } from '../circuit-breaker/breaker.js';
import type { Emitter } from '../events/emitter.js';
import type { CircuitRecord } from '../ports/circuit-record.js';
import type { StateStore, StoreHost } from '../ports/state-store.js';
import type { Random } from '../random.js';
import type { Clock, TimerHandle } from '../time/clock.js';
import { isThenable } from '../sync-result.js';
import { LoadedRecords } from './loaded-records.js';
import { StoreHealth } from './store-health.js';
import { Unsaved } from './unsaved.js';

/** Changes are collected for this long before they are saved together. */
const COLLECT_MS = 250;
const LONGEST_COLLECT_MS = 5000;
/** A store may take this share of the time. */
const SAVING_SHARE = 1 / 4;
/** A store that does not answer at the end of the application is waited for no longer. */
const CLOSE_WITHIN_MS = 2000;

/** What a keeper needs of its engine. */
export interface KeeperContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Emitter;
  diagnose(message: string, error?: unknown): void;
  breakers(): Iterable<Breaker>;
  /** The store has heard of the engine: what it shares can be used. */
  attached(): void;
  /** The engine has ended, the store not yet. */
  detached(): void;
}

/**
 * Keeps a store and the circuits of one engine in step: what was stored goes to the breakers as they come, what changes
 * is collected and saved later, one save at a time. No call waits for any of it.
 */
export class CircuitKeeper implements CircuitKeeping {
  private readonly health: StoreHealth;
  private readonly unsaved = new Unsaved();
  private loaded: LoadedRecords | undefined;
  private loading: Promise<void> = Promise.resolve();
  private isLoading = false;
  private saving: Promise<void> | undefined;
  private timer: TimerHandle = undefined;
  private collectMs = COLLECT_MS;
  private hasBegun = false;
  private isClosed = false;

  constructor(
    readonly store: StateStore,
    private readonly context: KeeperContext,
  ) {
    const { clock, events } = context;
    this.health = new StoreHealth(store.description, clock, events, () => this.resume());
  }

  /** Whether the store served when it was asked last. */
  get isUp(): boolean {
    return this.health.isUp;
  }

  /** How many circuits the store has given; `undefined` before it has. */
  get found(): number | undefined {
    return this.loaded?.count;
  }

  /** Begins to use the store. Resolves when it has given what it has, or has failed to; that need not be waited for. */
  start(): Promise<void> {
    if (this.hasBegun || this.isClosed) return this.loading;
    this.hasBegun = true;
    try {
      this.store.attach?.(this.host());
      this.context.attached();
    } catch (error) {
      this.health.failed(error);
    }
    return this.load();
  }

  touched(breaker: Breaker, key: string | undefined): void {
    this.unsaved.add(breaker, key);
    if (this.loaded !== undefined) this.saveSoon();
  }

  /** A breaker has come: hands it what is stored of it. */
  adopt(breaker: Breaker): void {
    const records = this.loaded?.take(breaker.name) ?? [];
    if (records.length > 0) breaker.resume(records);
  }

  /** Saves everything a last time and lets the store go. Resolves in any case, after two seconds at the latest. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stopTimer();
    this.health.stop();
    this.context.detached();
    if (this.hasBegun) await this.atMost(CLOSE_WITHIN_MS, this.end());
    this.health.stop();
  }

  private host(): StoreHost {
    const { clock, random, diagnose } = this.context;
    return {
      clock,
      random,
      diagnose,
      unavailable: (error) => this.health.failed(error),
      recovered: () => {
        this.health.served();
        this.resume();
      },
    };
  }

  /** Goes on with whatever the store has still to do. */
  private resume(): void {
    if (this.isClosed) return;
    if (this.loaded === undefined) void this.load();
    else void this.save();
  }

  private load(): Promise<void> {
    if (this.isLoading) return this.loading;
    this.isLoading = true;
    this.loading = this.ask();
    return this.loading;
  }

  /** What is given at once is taken at once: it holds before the first call. */
  private ask(): Promise<void> {
    try {
      const given = this.store.load();
      if (isThenable(given))
        return Promise.resolve(given)
          .then((records) => this.taken(records))
          .catch((error: unknown) => this.notLoaded(error));
      this.taken(given);
    } catch (error) {
      this.notLoaded(error);
    }
    return Promise.resolve();
  }

  private taken(given: readonly CircuitRecord[]): void {
    this.isLoading = false;
    if (!Array.isArray(given)) throw new TypeError('load() of the store gave no list of records');
    this.health.served();
    this.loaded = new LoadedRecords(given, this.context.clock.epoch());
    const { refused } = this.loaded;
    if (refused > 0)
      this.context.diagnose(
        `${refused} entries of ${this.store.description} are no records of circuits; passed over`,
      );
    for (const breaker of this.context.breakers()) this.adopt(breaker);
    if (!this.unsaved.isEmpty) this.saveSoon();
  }

  private notLoaded(error: unknown): void {
    this.isLoading = false;
    this.health.failed(error);
    if (!this.isClosed) this.health.retryLater();
  }

  private saveSoon(): void {
    if (this.timer !== undefined || this.saving !== undefined || this.isClosed) return;
    this.timer = this.context.clock.setTimer({ expire: () => void this.save() }, this.collectMs);
  }

  private save(): Promise<void> {
    this.stopTimer();
    if (this.saving !== undefined || this.unsaved.isEmpty) return this.saving ?? Promise.resolve();
    this.saving = this.write().finally(() => {
      this.saving = undefined;
      if (this.health.isUp && !this.unsaved.isEmpty) this.saveSoon();
    });
    return this.saving;
  }

  private async write(): Promise<void> {
    const { clock } = this.context;
    const taken = this.unsaved.take();
    const startedAt = clock.now();
    try {
      await this.store.save([...(this.loaded?.outdated.splice(0) ?? []), ...taken.changes()]);
      this.health.served();
    } catch (error) {
      this.unsaved.putBack(taken);
      this.health.failed(error);
      if (!this.isClosed) this.health.retryLater();
    }
    const pauseMs = (clock.now() - startedAt) / SAVING_SHARE;
    this.collectMs = Math.min(LONGEST_COLLECT_MS, Math.max(COLLECT_MS, pauseMs));
  }

  private async end(): Promise<void> {
    await Promise.all([this.loading, this.saving]);
    if (this.loaded !== undefined) {
      for (const breaker of this.context.breakers()) this.unsaved.addAll(breaker);
      await this.save();
    }
    try {
      await this.store.close?.();
    } catch (error) {
      this.context.diagnose(`${this.store.description} could not be closed`, error);
    }
  }

  private async atMost(ms: number, work: Promise<void>): Promise<void> {
    const { clock } = this.context;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer({ expire: resolve }, ms);
      void work.finally(() => {
        clock.clearTimer(timer);
        resolve();
      });
    });
  }

  private stopTimer(): void {
    if (this.timer !== undefined) this.context.clock.clearTimer(this.timer);
    this.timer = undefined;
  }
}
