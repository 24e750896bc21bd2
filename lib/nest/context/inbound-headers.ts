import { ATTEMPT_HEADER, DEADLINE_HEADER } from './context-headers.js';

type Headers = Readonly<Record<string, unknown>>;

/** What another service says of the attempt that its request is part of. */
export interface InboundHeaders {
  /** `Infinity` where it says nothing. */
  readonly deadlineMs: number;
  readonly attempt: number;
}

/** Longer than anybody waits: as good as no deadline. */
const LONGEST_DEADLINE_MS = 2 ** 31 - 1;
const MOST_ATTEMPTS = 1_000_000;

/** Reads the headers of a request; what is no whole number in a sensible range counts as absent. */
export function readInboundHeaders(headers: Headers): InboundHeaders | undefined {
  const deadlineMs = wholeNumber(headers[DEADLINE_HEADER], LONGEST_DEADLINE_MS);
  const attempt = wholeNumber(headers[ATTEMPT_HEADER], MOST_ATTEMPTS);
  if (deadlineMs === undefined && attempt === undefined) return undefined;
  return { deadlineMs: deadlineMs ?? Infinity, attempt: Math.max(1, attempt ?? 1) };
}

function wholeNumber(header: unknown, most: number): number | undefined {
  if (typeof header !== 'string' || !/^\d{1,10}$/.test(header.trim())) return undefined;
  const number = Number(header);
  return number <= most ? number : undefined;
}
