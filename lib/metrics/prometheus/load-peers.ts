/** The optional peers; their types only, for whoever imports this file loads nothing yet. */
export type PromClient = typeof import('prom-client');
type NestPrometheus = typeof import('@willsoto/nestjs-prometheus');

export interface Peers {
  readonly client: PromClient;
  readonly nestPrometheus: NestPrometheus;
}

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

/** A peer that is there and fails for another reason says so itself. */
function missing(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const name = ['@willsoto/nestjs-prometheus', 'prom-client'].find((peer) =>
    String(message).includes(`'${peer}'`),
  );
  if (name === undefined || (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND')) return error;
  return new Error(`ResilienceMetricsModule needs ${name}, which is not installed: ${INSTALL}`, {
    cause: error,
  });
}
