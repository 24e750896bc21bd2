/** How many operations of a policy are told apart: names of operations may come from anywhere. */
const MAX_OPERATIONS = 10_000;

/** The operations that use shared state, by their policies. */
export class OperationUsers {
  private readonly byPolicy = new Map<string, Set<string>>();

  /** An operation under a policy uses it, until the options are given anew. */
  join(policy: string, operation: string): void {
    const known = this.byPolicy.get(policy) ?? new Set();
    this.byPolicy.set(policy, known);
    if (known.size < MAX_OPERATIONS) known.add(operation);
  }

  get all(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.byPolicy;
  }

  clear(): void {
    this.byPolicy.clear();
  }
}
