import { describeValue } from './describe-value.js';

/** The known names, the most similar first; letter case counts little. */
export function byNearness(name: string, known: readonly string[]): readonly string[] {
  const cut = name.slice(0, 100);
  const weighed = known.map((candidate) => ({ candidate, distance: apart(cut, candidate) }));
  return weighed.sort((a, b) => a.distance - b.distance).map(({ candidate }) => candidate);
}

/** The most similar of the known names, or `undefined` where there are none. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  return byNearness(name, known)[0];
}

const mostNames = 12;

/** `, did you mean 'retry'?`, or the known names, the nearest first, where none is close. */
export function suggestion(name: string, known: readonly string[]): string {
  const [first, ...others] = byNearness(name, known);
  if (first === undefined) return ', none is known here';
  if (isClose(name, first)) return `, did you mean ${describeValue(first)}?`;
  const shown = [first, ...others.slice(0, mostNames - 1)].map(describeValue).join(', ');
  return `, known here: ${shown}${others.length >= mostNames ? ', …' : ''}`;
}

function isClose(name: string, candidate: string): boolean {
  return apart(name, candidate) <= Math.max(1, Math.floor(Math.min(name.length, candidate.length) * 0.4));
}

/** Where one name is within the other, the rest counts little: `attempts` is near `maxAttempts`. */
function apart(name: string, candidate: string): number {
  const [a, b] = [name.toLowerCase(), candidate.toLowerCase()];
  const isContained = Math.min(a.length, b.length) >= 4 && (a.includes(b) || b.includes(a));
  const changes = distance(name, candidate);
  return isContained ? Math.min(changes, 1 + Math.abs(a.length - b.length) / 20) : changes;
}

/**
 * How many letters must be changed, inserted, removed or swapped with their neighbour to get from one name to the other.
 * A difference in letter case counts a tenth.
 *
 * @see F. J. Damerau, "A technique for computer detection and correction of spelling errors", 1964 (optimal string
 * alignment variant)
 */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      current.push(cheapest(from, to, { row, column, current, last, beforeLast }));
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] as number;
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly current: readonly number[];
  readonly last: readonly number[];
  readonly beforeLast: readonly number[];
}

function cheapest(from: string, to: string, cell: Cell): number {
  const { row, column, current, last, beforeLast } = cell;
  const [a, b] = [from[row - 1], to[column - 1]];
  // Every row was filled up to the columns asked for.
  const cost = (of: readonly number[], at: number) => of[at] as number;
  const changed = cost(last, column - 1) + letterCost(a, b);
  const edited = Math.min(changed, cost(last, column) + 1, cost(current, column - 1) + 1);
  const swapped = row > 1 && column > 1 && a === to[column - 2] && b === from[row - 2];
  return swapped ? Math.min(edited, cost(beforeLast, column - 2) + 1) : edited;
}

function letterCost(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  return a?.toLowerCase() === b?.toLowerCase() ? 0.1 : 1;
}
