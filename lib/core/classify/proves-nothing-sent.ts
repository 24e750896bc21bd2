import { causeOf, MAX_LINKS, membersOf } from './links.js';
import { speaksOfItsCause } from './own-errors.js';
import type { ErrorLike } from './recogniser.js';
import { wasTriedBefore } from './recognisers/aws.js';
import { isMongoError } from './recognisers/mongodb.js';
import { systemCode } from './recognisers/system-code.js';

const NOTHING_SENT: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

const MAX_NESTING = 2;

interface SentLike extends ErrorLike {
  readonly response?: unknown;
}

/**
 * Whether an error proves that nothing of the request was sent, so that even an operation that must not run twice may be
 * tried again: ECONNREFUSED, ENOTFOUND and EAI_AGAIN, also behind `cause` or as all members of an `AggregateError`.
 *
 * A member that failed at connecting to another address of the same host (`syscall: 'connect'`) does not speak against it.
 * An answer (`response`) or another system code in front of it does, and so do this library's timeouts, rejections and
 * wrappers, whose causes stand for other attempts. So do clients that try again by themselves and then tell of the last
 * try only: an AWS SDK that counts more than one, and MongoDB's driver. Never throws.
 */
export function provesNothingSent(error: unknown): boolean {
  try {
    return !isData(error) && proves(error, 0);
  } catch {
    return false; // an error that throws on access proves nothing
  }
}

function proves(error: unknown, nesting: number): boolean {
  let link = error;
  for (let i = 0; i < MAX_LINKS && typeof link === 'object' && link !== null; i += 1) {
    const members = membersOf(link);
    if (members !== undefined) return nesting < MAX_NESTING && allProve(members, nesting + 1);
    if (isMongoError(link) || wasTriedBefore(link)) return false;
    if (systemCode(link) !== undefined) return NOTHING_SENT.has((link as ErrorLike).code);
    if (wasAnswered(link) || !speaksOfItsCause(link)) return false;
    link = causeOf(link);
  }
  return false;
}

function allProve(members: readonly unknown[], nesting: number): boolean {
  const rest = members.filter((member) => !proves(member, nesting));
  return rest.length < members.length && rest.every(failedAtConnecting);
}

function failedAtConnecting(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as ErrorLike).syscall === 'connect';
}

/** What came as data (a message of another service, say) tells of that one's troubles: what it speaks of was sent to it. */
function isData(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const prototype: unknown = Object.getPrototypeOf(error);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** HTTP clients put the answer there; Nest's `HttpException` puts there what it will answer itself. */
function wasAnswered({ response, getStatus }: SentLike): boolean {
  return typeof response === 'object' && response !== null && typeof getStatus !== 'function';
}
