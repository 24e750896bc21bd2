import type { AxiosAnswer, AxiosConfig } from './axios-types.js';

/**
 * What a fallback gives as an answer of axios: an object with `data` is one, and lacks at most what axios would have
 * added; anything else is the data of one. A copy, for axios goes on to write to it.
 */
export function fallbackAnswer(value: unknown, config: AxiosConfig): AxiosAnswer {
  const parts = typeof value === 'object' && value !== null && 'data' in value ? value : { data: value };
  return { status: 200, statusText: 'OK', headers: {}, request: undefined, ...parts, config } as AxiosAnswer;
}
