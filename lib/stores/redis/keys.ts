import { createHash } from 'node:crypto';
import type { CircuitId } from '../../core/ports/circuit-record.js';

const LONGEST_NAME = 200;

/**
 * The names of everything in Redis. Whatever one script touches has one hash tag (the part in braces), and so is at one
 * node of a cluster.
 */
export class RedisKeys {
  constructor(private readonly prefix: string) {}

  /** Where those who listen are woken. */
  get channel(): string {
    return `${this.prefix}:news`;
  }

  get records(): string {
    return this.shared('records');
  }

  get news(): string {
    return this.shared('news');
  }

  get numbers(): string {
    return this.shared('numbers');
  }

  lastNews(circuit: CircuitId): string {
    return this.shared(`told:${short(circuitName(circuit))}`);
  }

  leases(circuit: CircuitId): string {
    return this.shared(`probes:${short(circuitName(circuit))}`);
  }

  rate(limiter: string): string {
    return `{${this.prefix}:rate:${short(limiter)}}`;
  }

  /** All instances' counts, and one instance's own. */
  budget(name: string, instance: string): readonly [string, string] {
    const all = `{${this.prefix}:budget:${short(name)}}`;
    return [all, `${all}:${instance}`];
  }

  private shared(what: string): string {
    return `{${this.prefix}}:${what}`;
  }
}

/** One name for breaker and key, whatever is in them. */
export function circuitName({ breaker, key }: CircuitId): string {
  return key === undefined ? JSON.stringify([breaker]) : JSON.stringify([breaker, key]);
}

/** A name of a megabyte makes no key of a megabyte. */
function short(name: string): string {
  if (name.length <= LONGEST_NAME && !/[{}\s]/.test(name)) return name;
  return `sha256-${createHash('sha256').update(name).digest('hex')}`;
}
