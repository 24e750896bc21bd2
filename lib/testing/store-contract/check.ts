import { realDelay, systemClock } from '../../core/time/system-clock.js';

/** What a store did otherwise than the contract says. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new ContractViolation(otherwise);
}

/** Compares as JSON, for that is all that a store may keep; the order of members counts for nothing. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [sorted(actual), sorted(expected)];
  check(got === wanted, `${what}: expected ${shortened(wanted)} (got ${shortened(got)})`);
}

/** Waits, in real time, until something holds. */
export async function eventually(holds: () => boolean, withinMs: number, otherwise: string): Promise<void> {
  const until = systemClock.now() + withinMs;
  while (!holds()) {
    check(systemClock.now() < until, otherwise);
    await realDelay(5);
  }
}

function sorted(value: unknown): string {
  const byName = (_: string, member: unknown): unknown =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member;
  return String(JSON.stringify(value, byName));
}

function shortened(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
