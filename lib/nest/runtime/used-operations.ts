/** How many operations are remembered for each policy, as many as a policy keeps compiled. */
const MAX_OPERATIONS = 10_000;

/** Which operations were called by name under which policies, so that a reload can prepare them for their next calls. */
export class UsedOperations {
  private readonly byPolicy = new Map<string, Set<string>>();

  add(policy: string, operations: Iterable<string>): void {
    const known = this.byPolicy.get(policy) ?? new Set();
    for (const operation of operations) if (known.size < MAX_OPERATIONS) known.add(operation);
    if (known.size > 0) this.byPolicy.set(policy, known);
  }

  of(policy: string): Iterable<string> {
    return this.byPolicy.get(policy) ?? [];
  }
}
