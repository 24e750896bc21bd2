import type { HttpRequest } from './http-client-options.js';

type Input = Parameters<typeof globalThis.fetch>[0];
type Init = Parameters<typeof globalThis.fetch>[1];

/** What `fetch` was called with, read as `fetch` reads it: what `init` gives wins over the `Request`. */
export class FetchRequest implements HttpRequest {
  private readonly request: Request | undefined;

  constructor(
    private readonly input: Input,
    private readonly init: Init,
  ) {
    this.request = isRequest(input) ? input : undefined;
  }

  get method(): string {
    return String(this.init?.method ?? this.request?.method ?? 'GET').toUpperCase();
  }

  get url(): string {
    return this.request?.url ?? String(this.input as string | URL);
  }

  get headers(): Headers {
    return new Headers(this.init?.headers ?? this.request?.headers);
  }

  get body(): unknown {
    return this.init?.body ?? this.request?.body;
  }

  /** `null` in `init` means none. */
  get signal(): AbortSignal | undefined {
    const given = this.init?.signal;
    return (given === undefined ? this.request?.signal : given) ?? undefined;
  }
}

/** Of any realm and implementation. */
function isRequest(input: unknown): input is Request {
  if (typeof input !== 'object' || input === null) return false;
  const { url, method, headers } = input as Partial<Request>;
  return typeof url === 'string' && typeof method === 'string' && typeof headers === 'object';
}
