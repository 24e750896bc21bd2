import { ResilienceConfigError } from '../errors/config-error.js';
import type { AxiosAdapter, AxiosAnswer, AxiosConfig, CreatingInstance } from './axios-types.js';

/**
 * Sends requests by an adapter, given as axios takes it: a function, a name, or a list of names.
 *
 * Only axios can tell the adapter behind a name, and only on its way through a request. So names are sent by an instance
 * that adds nothing: no defaults, interceptors or transformations.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for what is no axios instance.
 */
export function senderBy(instance: CreatingInstance, adapter: unknown): AxiosAdapter {
  if (typeof adapter === 'function') return adapter as AxiosAdapter;
  const plain = instance.create?.({});
  if (plain === undefined) throw noInstance();
  for (const name of Object.keys(plain.defaults)) Reflect.deleteProperty(plain.defaults, name);
  return (config) => plain.request({ ...config, adapter, transformRequest: [], transformResponse: [] });
}

/**
 * Sends a request once by a copy of its configuration, which adapters write to, and lets its outcome tell the original:
 * so whoever repeats `error.config` repeats the request as it was.
 */
export async function sendOnce(
  send: AxiosAdapter,
  config: AxiosConfig,
  signal: AbortSignal,
): Promise<AxiosAnswer> {
  const headers = config.headers.concat();
  const copy = Object.assign(Object.create(Object.getPrototypeOf(config)), config, { headers, signal });
  try {
    const answer = await send(copy as AxiosConfig);
    answer.config = config;
    return answer;
  } catch (error) {
    tellOriginal(error, config);
    throw error;
  }
}

/** The error is the adapter's, and fresh: nobody has seen it before. */
function tellOriginal(error: unknown, config: AxiosConfig): void {
  if (typeof error !== 'object' || error === null || !('config' in error)) return;
  Reflect.set(error, 'config', config);
  const { response } = error as { response?: unknown };
  if (typeof response === 'object' && response !== null) Reflect.set(response, 'config', config);
}

export function noInstance(): ResilienceConfigError {
  const issue = 'protectAxios: expected an axios instance, such as axios.create() or HttpService.axiosRef';
  return new ResilienceConfigError({ issues: [issue] });
}
