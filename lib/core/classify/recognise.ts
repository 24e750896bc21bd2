import type { ErrorCategory } from './error-category.js';
import type { ErrorLike, Recogniser } from './recogniser.js';
import { axios } from './recognisers/axios.js';
import { cancellation } from './recognisers/cancellation.js';
import { fetchFailure } from './recognisers/fetch-failure.js';
import { httpStatus } from './recognisers/http-status.js';
import { programming } from './recognisers/programming.js';
import { systemCode } from './recognisers/system-code.js';
import { transportCode } from './recognisers/transport-code.js';

/** In this order; the first that knows the error decides. Codes come before statuses: they say more. */
const recognisers: readonly Recogniser[] = [
  axios,
  systemCode,
  transportCode,
  cancellation,
  httpStatus,
  fetchFailure,
  programming,
];

/** What an error by itself says of its kind, its cause left aside; never throws. */
export function recognise(error: object): ErrorCategory | undefined {
  try {
    for (const recogniser of recognisers) {
      const category = recogniser(error as ErrorLike);
      if (category !== undefined) return category;
    }
  } catch {
    // An error that throws on access says nothing.
  }
  return undefined;
}
