/** The optional peers; their types only, for whoever imports this file loads nothing yet. */
export type PromClient = typeof import('prom-client');
type NestPrometheus = typeof import('@willsoto/nestjs-prometheus');

export interface Peers {
  readonly client: PromClient;
  readonly nestPrometheus: NestPrometheus;
}

const PEERS = ['@willsoto/nestjs-prometheus', 'prom-client'];
const OPENTELEMETRY = '@opentelemetry/api';
const INSTALL = 'npm install @willsoto/nestjs-prometheus prom-client';

/**
 * Loads the peers when metrics are asked for: the package, and this entry point, load without them.
 *
 * @throws Error that says what to install.
 */
export async function loadPeers(): Promise<Peers> {
  try {
    const [client, nestPrometheus] = await Promise.all([
      import('prom-client'),
      import('@willsoto/nestjs-prometheus'),
    ]);
    return { client, nestPrometheus };
  } catch (error) {
    throw missing(error);
  }
}

/**
 * Loads what exemplars take their trace from.
 *
 * @throws Error that says what to install.
 */
export async function loadOpenTelemetry(): Promise<typeof import('@opentelemetry/api')> {
  try {
    return await import('@opentelemetry/api');
  } catch (error) {
    throw isMissing(error, OPENTELEMETRY)
      ? new Error(
          `ResilienceMetricsModule.register({ exemplars: true }) needs ${OPENTELEMETRY}, which is not installed: ` +
            `npm install ${OPENTELEMETRY}`,
          { cause: error },
        )
      : error;
  }
}

/** A peer that is there and fails for another reason says so itself. */
function missing(error: unknown): unknown {
  const name = PEERS.find((peer) => isMissing(error, peer));
  if (name === undefined) return error;
  return new Error(`ResilienceMetricsModule needs ${name}, which is not installed: ${INSTALL}`, {
    cause: error,
  });
}

function isMissing(error: unknown, peer: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (
    (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && String(message).includes(`'${peer}'`)
  );
}
