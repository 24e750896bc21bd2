import { ATTEMPT_HEADER, DEADLINE_HEADER } from './context-headers.js';

/** What another service says of the attempt that its request is part of. */
export interface InboundHeaders {
  /** `Infinity` where it says nothing. */
  readonly deadlineMs: number;
  readonly attempt: number;
}

/** Longer than anybody waits: as good as no deadline. */
const LONGEST_DEADLINE_MS = 2 ** 31 - 1;
const MOST_ATTEMPTS = 1_000_000;

/**
 * Reads the headers of a request; what is no whole number in a sensible range counts as absent.
 *
 * @param header the value under a name, as the transport has it
 */
export function readInboundHeaders(header: (name: string) => unknown): InboundHeaders | undefined {
  const deadlineMs = wholeNumber(header(DEADLINE_HEADER), LONGEST_DEADLINE_MS);
  const attempt = wholeNumber(header(ATTEMPT_HEADER), MOST_ATTEMPTS);
  if (deadlineMs === undefined && attempt === undefined) return undefined;
  return { deadlineMs: deadlineMs ?? Infinity, attempt: Math.max(1, attempt ?? 1) };
}

function wholeNumber(header: unknown, most: number): number | undefined {
  const text = textOf(header);
  if (text === undefined || !/^\d{1,10}$/.test(text.trim())) return undefined;
  const number = Number(text);
  return number <= most ? number : undefined;
}

/** Messages carry bytes (Kafka), numbers (RabbitMQ) and lists of values (gRPC), too; a value given twice is none. */
function textOf(header: unknown): string | undefined {
  const value: unknown = Array.isArray(header) && header.length === 1 ? header[0] : header;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || Buffer.isBuffer(value) ? value.toString() : undefined;
}
