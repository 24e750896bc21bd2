import type { CircuitNews, CircuitNewsHere } from '../../core/ports/circuit-exchange.js';

/** News as they stand in Redis, in one letter a name: of ten thousand circuits, too. */
interface Written {
  readonly t: unknown;
  readonly i: unknown;
  readonly b: unknown;
  readonly k?: unknown;
  readonly o?: unknown;
  readonly r?: unknown;
}

export function writeNews(news: CircuitNewsHere, instance: string): string {
  const { type: t, breaker: b, key: k } = news;
  if (news.type !== 'opened') return JSON.stringify({ t, i: instance, b, k });
  return JSON.stringify({ t, i: instance, b, k, o: news.openForMs, r: news.reopenings });
}

/** What somebody wrote; `undefined` where that is no news, as of another version or of a stranger. */
export function parseNews(text: string, ageMs: number): CircuitNews | undefined {
  const written = parsed(text);
  if (typeof written !== 'object' || written === null) return undefined;
  const { t: type, i: instance, b: breaker, k: key, o: openForMs, r: reopenings } = written as Written;
  if (typeof instance !== 'string' || typeof breaker !== 'string') return undefined;
  if (key !== undefined && typeof key !== 'string') return undefined;
  const common = { instance, breaker, ...(key === undefined ? {} : { key }) };
  if (type === 'closed' || type === 'reset') return { ...common, type };
  if (type !== 'opened' || !isCount(reopenings)) return undefined;
  if (openForMs === undefined) return { ...common, type, ageMs, reopenings };
  return isLength(openForMs) ? { ...common, type, ageMs, reopenings, openForMs } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
