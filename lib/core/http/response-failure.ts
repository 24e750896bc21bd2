import { classify } from '../classify/classify.js';
import { isPermanentCategory } from '../classify/error-category.js';
import { categoryOfStatus } from '../classify/recognisers/http-status.js';
import { compileMatcher, type Matcher } from '../predicate.js';
import { ResponseError } from './response-error.js';

/** Tells the failure that a response is; `undefined` for an answer like any other. */
export type FailureOf = (response: Response) => ResponseError | undefined;

/** @param failOn - replaces the default: statuses which another try may change (408, 425, 429 and 5xx) */
export function compileFailure(failOn: readonly Matcher[] | undefined): FailureOf {
  if (failOn === undefined)
    return (response) => (isPassing(response) ? new ResponseError(response) : undefined);
  const matches = compileMatcher(failOn, classify, (error: ResponseError) => isPassing(error.response));
  return (response) => {
    const error = new ResponseError(response);
    return matches(error) ? error : undefined;
  };
}

/** The trouble behind the status may pass. */
function isPassing({ status }: Response): boolean {
  const category = categoryOfStatus(status);
  return category !== undefined && !isPermanentCategory(category);
}
