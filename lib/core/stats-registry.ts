import { CallStats } from './call-stats.js';

/** Operations that are counted apart; those beyond it are counted together, so that names cannot fill the memory. */
const MAX_OPERATIONS = 10_000;
const OTHER = 'other';

/** The counters of every operation, by policy. */
export class StatsRegistry {
  private readonly byPolicy = new Map<string, Map<string, CallStats>>();

  of(policy: string, operation: string): CallStats {
    let operations = this.byPolicy.get(policy);
    if (operations === undefined) this.byPolicy.set(policy, (operations = new Map()));
    const name = operations.has(operation) || operations.size < MAX_OPERATIONS ? operation : OTHER;
    let stats = operations.get(name);
    if (stats === undefined) operations.set(name, (stats = new CallStats()));
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
}
