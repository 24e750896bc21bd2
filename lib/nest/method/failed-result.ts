import { throwError } from 'rxjs';
import type { StreamKind } from './result-kind.js';

/** A failure in the form in which the method gives its results: who awaits or subscribes is told, nobody else. */
export function failedResult(kind: StreamKind | undefined, error: unknown): unknown {
  if (kind === 'observable') return throwError(() => error);
  return kind === 'iterable' ? failing(error) : Promise.reject(error);
}

async function* failing(error: unknown): AsyncGenerator<never> {
  yield await Promise.reject<never>(error);
}
