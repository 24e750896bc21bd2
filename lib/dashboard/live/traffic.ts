import type { ResilienceEvents } from '../../core/events/emitter.js';
import type { OperationOfPolicy } from '../../nest/inspection/resilience-inspection.js';
import { addCounts, noCounts, OperationFigures, type Counts } from './operation-figures.js';
import { Latencies, type Percentiles } from './latencies.js';

/** Operations that are told apart: their names may come from anywhere. */
const MAX_OPERATIONS = 2000;

/** What several operations did in the last second. */
export interface TrafficReading extends Counts {
  readonly latency?: Percentiles;
}

/** Counts calls for who watches; each event that is listened to costs every call the making of it, so nobody else does. */
export class Traffic {
  private readonly byPolicy = new Map<string, Map<string, OperationFigures>>();
  private readonly offs: readonly (() => void)[];
  private operations = 0;

  constructor(events: ResilienceEvents) {
    this.offs = [
      events.on('success', (event) => {
        if (event.recorded !== true) this.of(event)?.ended('success', event.duration);
      }),
      events.on('failure', (event) => this.of(event)?.ended(event.outcome, event.duration)),
      events.on('fallbackUsed', (event) => this.of(event)?.ended('fallback', event.duration)),
      events.on('retry', (event) => {
        const figures = this.of(event);
        if (figures !== undefined) figures.counts.retries++;
      }),
      events.on('callRejected', (event) => {
        if (event.observed !== true) this.of(event)?.rejected(event.reason);
      }),
    ];
  }

  /** All operations together that were seen. */
  *seen(): Iterable<OperationOfPolicy> {
    for (const [policy, operations] of this.byPolicy)
      for (const operation of operations.keys()) yield { policy, operation };
  }

  /** What these operations did since the last {@link nextSecond}. */
  read(uses: readonly OperationOfPolicy[]): TrafficReading {
    const counts = noCounts();
    const latencies = new Latencies();
    for (const { policy, operation } of uses) {
      const figures = this.byPolicy.get(policy)?.get(operation);
      if (figures === undefined) continue;
      addCounts(counts, figures.counts);
      latencies.include(figures.latencies);
    }
    const latency = latencies.percentiles();
    return latency === undefined ? counts : { ...counts, latency };
  }

  nextSecond(): void {
    for (const operations of this.byPolicy.values())
      for (const figures of operations.values()) figures.nextSecond();
  }

  stop(): void {
    for (const off of this.offs) off();
  }

  private of({ policy, operation }: OperationOfPolicy): OperationFigures | undefined {
    const known = this.byPolicy.get(policy)?.get(operation);
    if (known !== undefined || this.operations >= MAX_OPERATIONS) return known;
    const operations = this.byPolicy.get(policy) ?? new Map<string, OperationFigures>();
    this.byPolicy.set(policy, operations);
    const made = new OperationFigures();
    operations.set(operation, made);
    this.operations++;
    return made;
  }
}
