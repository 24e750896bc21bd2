import type { AxiosConfig, AxiosInstanceLike } from './axios-types.js';
import type { HttpRequest, HttpRequestHeaders } from './http-client-options.js';

/** A request of axios, as options that depend on it see it. */
export class AxiosRequest implements HttpRequest {
  constructor(
    private readonly instance: AxiosInstanceLike,
    private readonly config: AxiosConfig,
  ) {}

  get method(): string {
    return (this.config.method ?? 'GET').toUpperCase();
  }

  get url(): string {
    return this.instance.getUri(this.config);
  }

  get headers(): HttpRequestHeaders {
    return this.config.headers;
  }
}
