import type { HttpRequestHeaders } from './http-client-options.js';

/** What is used of an axios instance: `axios` itself, `axios.create()`, `HttpService.axiosRef`; axios 1 and newer. */
export interface AxiosInstanceLike {
  /** What requests begin with; its adapter is what gets protected. */
  readonly defaults: { adapter?: any };
  /** The whole URL of a request. */
  getUri(config?: any): string;
}

/** As above, with what the types of older versions leave out. */
export interface CreatingInstance extends AxiosInstanceLike {
  create?(config: object): AxiosInstanceLike & { request(config: object): Promise<AxiosAnswer> };
}

/** The configuration of a request as adapters get it. */
export interface AxiosConfig {
  readonly method?: string;
  readonly headers: HttpRequestHeaders & { concat(): unknown };
  readonly data?: unknown;
  readonly signal?: AbortSignal;
  readonly cancelToken?: CancelToken;
}

/** The older way of cancelling, by which `HttpService` lets go of a request when its Observable is unsubscribed. */
export interface CancelToken {
  readonly reason?: unknown;
  subscribe(listener: () => void): void;
  unsubscribe(listener: () => void): void;
}

export interface AxiosAnswer {
  readonly data: unknown;
  config: unknown;
}

export type AxiosAdapter = (config: AxiosConfig) => Promise<AxiosAnswer>;
