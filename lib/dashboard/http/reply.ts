/** What Express and Fastify have in common of an answer under way. */
export interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  removeHeader(name: string): unknown;
  send(body: string): unknown;
  /** Node's own answer inside of Fastify's. */
  readonly raw?: { removeHeader(name: string): unknown };
}

const BASE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
};

/** The application may let other origins read its answers; these are for its own page alone. */
const CORS_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
];

/** The headers of every answer. */
export function protectAnswer(reply: Reply): Reply {
  for (const name of CORS_HEADERS) {
    reply.removeHeader(name);
    // Where Fastify runs the middleware of Express, which knows nothing of its replies.
    reply.raw?.removeHeader(name);
  }
  for (const [name, value] of Object.entries(BASE_HEADERS)) reply.header(name, value);
  return reply;
}

/** {@link protectAnswer} for answers that are written past the framework. */
export function rawHeaders(): Readonly<Record<string, string>> {
  return BASE_HEADERS;
}

export function sendText(reply: Reply, type: string, body: string): void {
  reply.status(200).header('content-type', `${type}; charset=utf-8`).send(body);
}

export function sendJson(reply: Reply, body: unknown): void {
  sendText(reply, 'application/json', JSON.stringify(body));
}
