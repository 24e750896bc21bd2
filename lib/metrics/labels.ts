import type { CircuitState } from '../core/events/event-types.js';

/** What tells the series of an operation apart; a type that metric libraries take as labels. */
export type OperationLabels = { readonly policy: string; readonly operation: string };

/** The states as labels. */
export const stateLabels: Readonly<Record<CircuitState, string>> = {
  closed: 'closed',
  open: 'open',
  halfOpen: 'half_open',
  forcedOpen: 'forced_open',
  disabled: 'disabled',
  observing: 'observing',
};

export const states = Object.keys(stateLabels) as readonly CircuitState[];

/** Stands for all values beyond the cap. */
export const OTHER = 'other';

const LONGEST_LABEL = 128;

/** Higher numbers of attempts and handlers are counted together: they are of interest one by one only at first. */
const HIGHEST_NUMBER = 20;

/** Stands for all that are higher. */
export const LAST_NUMBER = HIGHEST_NUMBER + 1;

/** A name as it may be a label: cut, and without characters that would break what reads the text. */
export function labelOf(name: string): string {
  const short = name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL - 1)}…` : name;
  return short.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{fffd}');
}

/** The number of an attempt or a handler as a label. */
export function numberLabel(number: number): string {
  return number > HIGHEST_NUMBER ? OTHER : String(number);
}

/** The values of one label, so many and no more: first come, first served. */
export class LabelValues {
  private readonly known = new Map<string, string>();

  /** The label of a name; `other` where the cap is reached and the name is new. */
  of(name: string, max: number): string {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (this.known.size >= max) return OTHER;
    const label = labelOf(name);
    this.known.set(name, label);
    return label;
  }

  /** The names that have a label of their own. */
  names(): string[] {
    return [...this.known.keys()];
  }

  /** Makes room again; gives the label where the name had one of its own. */
  forget(name: string): string | undefined {
    const label = this.known.get(name);
    this.known.delete(name);
    return label;
  }
}
