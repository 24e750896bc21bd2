import { httpStatusOf } from '../errors/http-status.js';
import { isPermanentCategory, type ErrorCategory } from './error-category.js';
import { causeOf, MAX_LINKS, membersOf } from './links.js';
import { ownVerdict, type Mark } from './own-errors.js';
import { recognise } from './recognise.js';
import type { ErrorLike } from './recogniser.js';
import { isFetchFailure } from './recognisers/fetch-failure.js';
import { categoryOfMessage } from './recognisers/nest-message.js';

/** The kind of an error, or what the user said of retrying it; both end the search. */
export type Verdict = ErrorCategory | Mark;

/** What the user's own classifiers say of one link of a chain. */
export type AskUser = (link: unknown) => ErrorCategory | undefined;

/** What a search goes by. */
export interface Search {
  readonly askUser: AskUser | undefined;
  /** Whether a `RetryableError` or `PermanentError` decides; where not, it gives way to its cause. */
  readonly marksDecide: boolean;
}

/** Aggregates within aggregates are followed this far, which also ends those that contain themselves. */
const MAX_NESTING = 2;

/**
 * What an error and its chain of causes come to.
 *
 * The outermost link that says something wins. `programming`, `unknown`, a bare 500 and the `TypeError` of `fetch` give
 * way to a cause that says something, the innermost of them last; what the user's classifiers say never gives way. An
 * aggregate comes to its first member that is not permanent, else to its first member.
 */
export function verdictOf(error: unknown, search: Search, nesting = 0): Verdict {
  let answer: Verdict = 'unknown';
  let link = error;
  for (let i = 0; i < MAX_LINKS && link !== undefined; i += 1) {
    const asked = search.askUser?.(link);
    if (asked !== undefined) return asked;
    const said = ownVerdict(link) ?? recogniseAny(link);
    if (isMark(said) ? search.marksDecide : !givesWay(said, link)) return said;
    if (said !== 'unknown' && !isMark(said)) answer = said;
    const members = nesting < MAX_NESTING ? membersOf(link) : undefined;
    if (members !== undefined) return verdictOfMembers(members, search, nesting + 1);
    link = causeOf(link);
  }
  return answer;
}

export function isPermanentVerdict(verdict: Verdict): boolean {
  return isMark(verdict) ? verdict === 'permanent' : isPermanentCategory(verdict);
}

function isMark(verdict: Verdict): verdict is Mark {
  return verdict === 'retryable' || verdict === 'permanent';
}

function recogniseAny(link: unknown): ErrorCategory {
  return (typeof link === 'object' && link !== null ? recognise(link) : categoryOfMessage(link)) ?? 'unknown';
}

function givesWay(category: ErrorCategory, link: unknown): boolean {
  if (category === 'unknown' || category === 'programming') return true;
  if (category === 'server') return httpStatusOf(link) === 500;
  return category === 'network' && isFetchFailure(link as ErrorLike);
}

/** @param members - at least one */
function verdictOfMembers(members: readonly unknown[], search: Search, nesting: number): Verdict {
  const first = verdictOf(members[0], search, nesting);
  if (!isPermanentVerdict(first)) return first;
  for (let i = 1; i < members.length; i += 1) {
    const verdict = verdictOf(members[i], search, nesting);
    if (!isPermanentVerdict(verdict)) return verdict;
  }
  return first;
}
