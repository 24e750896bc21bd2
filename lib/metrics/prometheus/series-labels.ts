import { LabelValues, stateLabels, states, type OperationLabels } from '../labels.js';
import type { Labels } from './read-metric.js';

/** The labels of all series, each made once: of a thousand breakers there are six thousand states to be written. */
export class SeriesLabels {
  private readonly policies = new LabelValues();
  private readonly operations = new LabelValues();
  private readonly breakers = new LabelValues();
  private readonly byOperation = new Map<string, OperationLabels>();
  private readonly byBreaker = new Map<string, readonly Labels[]>();

  /** Those of an operation, with at most so many values each. */
  of(names: OperationLabels, max: number): OperationLabels {
    const policy = this.policies.of(names.policy, max);
    const operation = this.operations.of(names.operation, max);
    // No label has control characters.
    const pair = `${policy}\n${operation}`;
    let labels = this.byOperation.get(pair);
    if (labels === undefined) this.byOperation.set(pair, (labels = { policy, operation }));
    return labels;
  }

  /** That of a breaker. */
  ofBreaker(name: string, max: number): string {
    return this.breakers.of(name, max);
  }

  /** The names of the breakers that have a label of their own. */
  breakerNames(): string[] {
    return this.breakers.names();
  }

  /** Those of the states of the breakers with this label, in the order of the states. */
  ofStates(breaker: string): readonly Labels[] {
    let labels = this.byBreaker.get(breaker);
    if (labels === undefined) {
      labels = states.map((state) => ({ breaker, state: stateLabels[state] }));
      this.byBreaker.set(breaker, labels);
    }
    return labels;
  }

  /** Makes room again; gives the label where the breaker had one of its own. */
  forgetBreaker(name: string): string | undefined {
    const label = this.breakers.forget(name);
    if (label !== undefined) this.byBreaker.delete(label);
    return label;
  }
}
