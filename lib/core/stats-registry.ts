import { meterOf } from './call-meters.js';
import { CallStats } from './call-stats.js';
import type { CallMeterFactory } from './events/call-meter.js';

/** Operations that are counted apart; those beyond it are counted together, so that names cannot fill the memory. */
const MAX_OPERATIONS = 10_000;
const OTHER = 'other';

/** The counters of every operation, by policy, and who else measures their calls. */
export class StatsRegistry {
  private readonly byPolicy = new Map<string, Map<string, CallStats>>();
  private factories: readonly CallMeterFactory[] = [];

  of(policy: string, operation: string): CallStats {
    let operations = this.byPolicy.get(policy);
    if (operations === undefined) this.byPolicy.set(policy, (operations = new Map()));
    const name = operations.has(operation) || operations.size < MAX_OPERATIONS ? operation : OTHER;
    let stats = operations.get(name);
    if (stats === undefined) operations.set(name, (stats = this.create(policy, name)));
    return stats;
  }

  /** All counters of one policy, or of all policies, added up. */
  sum(policy?: string): CallStats {
    const sum = new CallStats();
    for (const [name, operations] of this.byPolicy) {
      if (policy === undefined || policy === name) for (const stats of operations.values()) sum.add(stats);
    }
    return sum;
  }

  /** Measures the calls of every operation from now on; the function returned ends it. */
  measure(factory: CallMeterFactory): () => void {
    // A wrapper of its own for each: who measures twice counts twice.
    const own: CallMeterFactory = (policy, operation) => factory(policy, operation);
    this.setFactories([...this.factories, own]);
    return () => this.setFactories(this.factories.filter((one) => one !== own));
  }

  private create(policy: string, operation: string): CallStats {
    const stats = new CallStats();
    stats.meter = meterOf(this.factories, policy, operation);
    return stats;
  }

  private setFactories(factories: readonly CallMeterFactory[]): void {
    this.factories = factories;
    for (const [policy, operations] of this.byPolicy)
      for (const [operation, stats] of operations) stats.meter = meterOf(factories, policy, operation);
  }
}
