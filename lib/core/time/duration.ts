/**
 * A length of time: a number of milliseconds, or a string of a decimal number and a unit, such as `'250ms'`, `'1.5s'`,
 * `'1m'`, `'2h'` or `'7d'`.
 *
 * A string without a unit (`'5'`) is refused wherever a duration is asked for: it would leave open which unit was meant.
 */
export type Duration = number | string;

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const pattern = /^(\d+(?:\.\d+)?|\.\d+) ?(ms|s|m|h|d)$/;

/**
 * Reads a {@link Duration} as milliseconds.
 *
 * Numbers pass as they are if they are at least 0, `Infinity` included. In strings the unit is lower case and may stand
 * after one space. Gives `undefined` for whatever is no duration: NaN, negative numbers, `'5'`, `'1m30s'`, other types.
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = pattern.exec(value);
  if (match === null) return undefined;
  const ms = Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  return Number.isFinite(ms) ? ms : undefined;
}

/**
 * Writes milliseconds for people: `'512 ms'`, `'2500 ms'`, `'12.5 s'`, `'1.5 m'`, `'2 h'`, `'7 d'`, `'Infinity'`.
 *
 * Whole milliseconds below ten seconds, above at most two decimals of the largest unit that fits; {@link parseDuration}
 * reads the finite ones back.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return String(ms);
  if (ms < 10 * unitMs.s) return `${ms > 0 && ms < 1 ? rounded(ms) : Math.round(ms)} ms`;
  if (ms < unitMs.m) return `${rounded(ms / unitMs.s)} s`;
  if (ms < unitMs.h) return `${rounded(ms / unitMs.m)} m`;
  if (ms < unitMs.d) return `${rounded(ms / unitMs.h)} h`;
  return `${rounded(ms / unitMs.d)} d`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
