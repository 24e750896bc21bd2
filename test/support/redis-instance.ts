import { createPolicy, type NamedPolicyOptions } from '../../lib/core/create-policy.js';
import type { CircuitEvent } from '../../lib/core/events/event-types.js';
import { RedisStateStore } from '../../lib/stores/redis/redis-state-store.js';
import { until } from './until.js';
import type { RedisStateStoreOptions } from '../../lib/stores/redis/redis-store-options.js';

const down = Object.assign(new Error('down'), { code: 'ECONNRESET' });

/** One of several instances that share a real Redis, in real time: a policy with a breaker and a shared limit. */
export class RedisInstance {
  /** Of the store: each turn as it was told. */
  readonly turns: string[] = [];
  readonly reasons: string[] = [];
  invoked = 0;
  readonly policy;
  private readonly store: RedisStateStore;
  private isDown = false;

  constructor(store: RedisStateStoreOptions, options: NamedPolicyOptions = {}) {
    const circuitBreaker = {
      failureThreshold: 1,
      resetTimeout: '1h',
      maxResetTimeout: '1h',
      ...options.circuitBreaker,
    };
    const rateLimiter = { limit: 1_000_000, shared: true };
    this.store = new RedisStateStore({ prefix: 'fault', quorum: 1, ...store });
    this.policy = createPolicy(
      { name: 'payments', rateLimiter, ...options, circuitBreaker } as NamedPolicyOptions,
      { store: this.store },
    );
    const { events } = this.policy;
    events.on('storeUnavailable', () => this.turns.push('unavailable'));
    events.on('storeRecovered', () => this.turns.push('recovered'));
    const note = ({ to, reason }: CircuitEvent): number => this.reasons.push(`${to}: ${reason}`);
    for (const type of ['circuitOpened', 'circuitHalfOpened', 'circuitClosed'] as const)
      events.on(type, note);
  }

  get state(): string {
    return this.policy.breaker()!.snapshot().state;
  }

  /** Redis has answered it. */
  async connected(): Promise<void> {
    await until(() =>
      this.store.load().then(
        () => true,
        () => false,
      ),
    );
  }

  /** `'done'`, or why not. */
  async call(operation: () => void = () => undefined): Promise<string> {
    const result = await this.policy.tryExecute(() => {
      this.invoked++;
      operation();
    });
    return result.ok ? 'done' : String((result.error as { code?: string }).code);
  }

  /** Calls that all come at the same time. */
  calls(count: number): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, () => this.call()));
  }

  fail(): Promise<string> {
    return this.call(() => {
      throw down;
    });
  }

  async close(): Promise<void> {
    if (this.isDown) return;
    this.isDown = true;
    await this.policy.dispose();
  }
}
