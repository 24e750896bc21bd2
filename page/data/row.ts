import type { State, Target } from './types.js';

/** Seconds that plots look back. */
export const SECONDS = 120;

/** What is worst about a row comes first in lists. */
const severity: Record<State, number> = {
  open: 0,
  forcedOpen: 0,
  halfOpen: 1,
  observing: 2,
  disabled: 2,
  closed: 3,
};

/** A second of a row. */
export interface Point {
  readonly at: number;
  readonly calls: number;
  /** Calls that nobody answered: failed, timed out, rejected. */
  readonly failed: number;
  /** Calls that a fallback answered. */
  readonly fallback: number;
  /** Attempts that were refused, whatever became of their calls. */
  readonly rejected: number;
  readonly retries: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly rejections: Readonly<Record<string, number>>;
}

/** A row of the list: what the server said last, and the seconds that this page has seen. */
export class Row {
  points: Point[] = [];
  /** Listens while it is on the screen; others cost nothing. */
  onChange: (() => void) | undefined;

  /** The state that most needs a look; `undefined` for an operation without a breaker. */
  state: State | undefined;
  /** Small for what needs a look. */
  severity = 0;
  private shown!: Target;

  constructor(
    readonly id: string,
    target: Target,
  ) {
    this.target = target;
  }

  get target(): Target {
    return this.shown;
  }

  set target(target: Target) {
    this.shown = target;
    this.state = worstOf(target);
    this.severity = this.state === undefined ? 4 : severity[this.state];
  }

  addPoint(at: number): void {
    this.points.push(pointOf(this.target, at));
    if (this.points.length > SECONDS) this.points.shift();
  }

  get latest(): Point | undefined {
    return this.points.at(-1);
  }

  /** A circuit has changed: known before the next figures come. */
  apply(from: State, to: State, key: string | undefined): void {
    const { breaker } = this.target;
    if (breaker === undefined) return;
    const states = { ...breaker.states };
    states[from] = Math.max(0, (states[from] ?? 0) - 1);
    states[to] = (states[to] ?? 0) + 1;
    const circuits = breaker.circuits.map((one) => (one.key === key ? { ...one, state: to } : one));
    this.target = { ...this.target, breaker: { ...breaker, states, circuits } };
    this.onChange?.();
  }
}

function worstOf({ breaker }: Target): State | undefined {
  let worst: State | undefined;
  for (const [state, number] of Object.entries(breaker?.states ?? {}) as [State, number][])
    if (number > 0 && (worst === undefined || severity[state] < severity[worst])) worst = state;
  return worst;
}

function pointOf({ traffic }: Target, at: number): Point {
  const { outcomes, rejections, retries, latency } = traffic;
  const [p50 = null, p95 = null, p99 = null] = latency ?? [];
  return {
    at,
    calls: sum(outcomes),
    failed: (outcomes['failure'] ?? 0) + (outcomes['timeout'] ?? 0) + (outcomes['rejected'] ?? 0),
    fallback: outcomes['fallback'] ?? 0,
    rejected: sum(rejections),
    retries,
    p50,
    p95,
    p99,
    rejections,
  };
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
