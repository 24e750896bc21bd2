import type { Recogniser } from '../recogniser.js';

const names: ReadonlySet<unknown> = new Set(['AbortError', 'TimeoutError', 'CanceledError']);

const codes: ReadonlySet<unknown> = new Set(['ABORT_ERR', 'ERR_CANCELED', 'UND_ERR_ABORTED']);

/**
 * Work that a signal stopped, in the words of the DOM, Node, undici, axios and rxjs.
 *
 * It is a `timeout`: an error does not tell who aborted. The engine knows the caller's signal, and where that is aborted
 * it says `aborted` without asking.
 */
export const cancellation: Recogniser = ({ name, code }) => {
  return codes.has(code) || names.has(name) ? 'timeout' : undefined;
};
