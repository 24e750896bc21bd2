import type { CircuitState, PolicyStats } from 'nestjs-holdfast';
import type { Answer } from './users.js';

const colours = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;

function paint(code: number, text: string): string {
  return colours ? `\u001b[${code}m${text}\u001b[0m` : text;
}

const green = (text: string): string => paint(32, text);
const yellow = (text: string): string => paint(33, text);
const red = (text: string): string => paint(31, text);
const dim = (text: string): string => paint(2, text);

/** What happened in one second. */
export interface Second {
  readonly second: number;
  readonly calls: number;
  readonly retries: number;
  readonly breaker: CircuitState;
  readonly protectedAnswers: readonly Answer[];
  readonly unprotectedAnswers: readonly Answer[];
}

export function printHeader(): void {
  console.log(dim('\nsecond  calls  retries  breaker    users with the module        users without it'));
}

export function printPhase(says: string): void {
  console.log(yellow(`── the dependency ${says}`));
}

export function printSecond(one: Second): void {
  const calls = String(one.calls).padStart(5);
  const retries = String(one.retries).padStart(7);
  const withModule = padded(summary(one.protectedAnswers), 27);
  console.log(
    `${String(one.second).padStart(5)}s  ${calls}  ${retries}  ${state(one.breaker)}  ${withModule}  ${summary(one.unprotectedAnswers).join(' ')}`,
  );
}

function state(breaker: CircuitState): string {
  const shown = breaker.padEnd(9);
  if (breaker === 'closed') return green(shown);
  return breaker === 'open' ? red(shown) : yellow(shown);
}

function summary(answers: readonly Answer[]): string[] {
  const number = (kind: Answer['kind']): number => answers.filter((answer) => answer.kind === kind).length;
  const parts: [number, string, (text: string) => string][] = [
    [number('live'), 'live', green],
    [number('last known'), 'last known', yellow],
    [number('error'), 'errors', red],
  ];
  return parts.filter(([count]) => count > 0).map(([count, word, colour]) => colour(`${count} ${word}`));
}

/** Pads by what is seen: colour codes take no room. */
function padded(parts: readonly string[], width: number): string {
  const text = parts.join(' ');
  // eslint-disable-next-line no-control-regex
  const seen = text.replaceAll(/\u001b\[\d+m/g, '').length;
  return text + ' '.repeat(Math.max(0, width - seen));
}

export function printComparison(
  withModule: readonly Answer[],
  without: readonly Answer[],
  stats: PolicyStats,
): void {
  const rows = [
    ['', 'without the module', 'with it'],
    ['requests', String(without.length), String(withModule.length)],
    ['answered live', share(without, 'live'), share(withModule, 'live')],
    ['answered from the last known', share(without, 'last known'), share(withModule, 'last known')],
    ['errors', share(without, 'error'), share(withModule, 'error')],
    ['half of the answers within', percentile(without, 0.5), percentile(withModule, 0.5)],
    ['99 of 100 answers within', percentile(without, 0.99), percentile(withModule, 0.99)],
  ];
  console.log('\nWhat users would have seen without the module, and what they saw with it:\n');
  for (const [name = '', bare = '', guarded = ''] of rows) {
    console.log(`  ${name.padEnd(30)}${bare.padStart(20)}${guarded.padStart(20)}`);
  }
  console.log(
    `\n  ${stats.calls} calls made ${stats.attempts} attempts, ${stats.retries} of them retries.\n`,
  );
}

function share(answers: readonly Answer[], kind: Answer['kind']): string {
  const count = answers.filter((answer) => answer.kind === kind).length;
  const percent = answers.length === 0 ? 0 : (100 * count) / answers.length;
  return `${count} (${percent.toFixed(1)} %)`;
}

function percentile(answers: readonly Answer[], ratio: number): string {
  const sorted = answers.map((answer) => answer.milliseconds).toSorted((a, b) => a - b);
  const at = sorted[Math.min(sorted.length - 1, Math.floor(ratio * sorted.length))] ?? 0;
  return `${Math.round(at)} ms`;
}
