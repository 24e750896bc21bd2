import { codeTable } from '../code-table.js';
import type { ErrorCategory } from '../error-category.js';
import type { ErrorLike, Recogniser } from '../recogniser.js';
import { httpStatus } from './http-status.js';

const byCode = codeTable({
  network: ['ERR_NETWORK'],
  server: ['ERR_FR_TOO_MANY_REDIRECTS'],
  // The request never left: its URL, body or options are wrong.
  programming: [
    'ERR_BAD_REQUEST',
    'ERR_BAD_OPTION',
    'ERR_BAD_OPTION_VALUE',
    'ERR_DEPRECATED',
    'ERR_FORM_DATA_DEPTH_EXCEEDED',
    'ERR_INVALID_URL',
    'ERR_NOT_SUPPORT',
  ],
});

/** axios' own codes, where there is no status that says more. Codes of the system pass through axios unchanged. */
export const axios: Recogniser = (error) => {
  if (error.isAxiosError !== true) return undefined;
  return httpStatus(error) ?? ofAbortedConnection(error) ?? ofBadResponse(error) ?? byCode.get(error.code);
};

/** `ECONNABORTED` is axios' own word for its `timeout`, unless a socket said it (then it has a cause) or the page left. */
function ofAbortedConnection({ code, cause, message }: ErrorLike): ErrorCategory | undefined {
  if (code !== 'ECONNABORTED' || cause !== undefined) return undefined;
  return message === 'Request aborted' ? 'network' : 'timeout';
}

function ofBadResponse({ code, message }: ErrorLike): ErrorCategory | undefined {
  if (code !== 'ERR_BAD_RESPONSE') return undefined;
  if (message === 'stream has been aborted') return 'network';
  return typeof message === 'string' && message.startsWith('maxContentLength') ? 'client' : 'server';
}
