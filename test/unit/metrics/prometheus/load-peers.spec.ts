import { loadOpenTelemetry } from '../../../../lib/metrics/opentelemetry/load-opentelemetry.js';
import { loadPeers } from '../../../../lib/metrics/prometheus/load-peers.js';

/** What Node throws for a package that is not there, as ESM and as CommonJS say it. */
function absent(peer: string, code: string): Error {
  const said = code === 'MODULE_NOT_FOUND' ? 'module' : 'package';
  return Object.assign(new Error(`Cannot find ${said} '${peer}'\nRequire stack:`), { code });
}

function failing(peer: string, error: unknown): void {
  jest.doMock(peer, () => {
    throw error;
  });
}

afterEach(() => {
  jest.dontMock('prom-client');
  jest.dontMock('@opentelemetry/api');
  jest.dontMock('@willsoto/nestjs-prometheus');
  jest.resetModules();
});

describe('loadPeers', () => {
  it('gives both packages', async () => {
    const { client, nestPrometheus } = await loadPeers();
    expect(client.register).toBeDefined();
    expect(nestPrometheus.PrometheusModule).toBeDefined();
  });

  it.each([
    ['@willsoto/nestjs-prometheus', 'MODULE_NOT_FOUND'],
    ['@willsoto/nestjs-prometheus', 'ERR_MODULE_NOT_FOUND'],
    ['prom-client', 'MODULE_NOT_FOUND'],
    ['prom-client', 'ERR_MODULE_NOT_FOUND'],
  ])('says what to install where %s is not there (%s)', async (peer, code) => {
    const cause = absent(peer, code);
    failing(peer, cause);
    await expect(loadPeers()).rejects.toMatchObject({
      message: `ResilienceMetricsModule needs ${peer}, which is not installed: npm install @willsoto/nestjs-prometheus prom-client`,
      cause,
    });
  });

  it.each([
    ['a peer that is broken', new SyntaxError('unexpected token')],
    ['a peer without a package of its own', absent('tdigest', 'MODULE_NOT_FOUND')],
  ])('passes on the error of %s', async (_what, error) => {
    failing('prom-client', error);
    await expect(loadPeers()).rejects.toBe(error);
  });
});

describe('loadOpenTelemetry', () => {
  it('gives the package', async () => {
    expect((await loadOpenTelemetry('Traces')).trace).toBeDefined();
  });

  it('says what to install where it is not there', async () => {
    const cause = absent('@opentelemetry/api', 'MODULE_NOT_FOUND');
    failing('@opentelemetry/api', cause);
    await expect(loadOpenTelemetry('Traces')).rejects.toMatchObject({
      message: 'Traces needs @opentelemetry/api, which is not installed: npm install @opentelemetry/api',
      cause,
    });
  });

  it('passes on the error of a package that is broken', async () => {
    const error = new SyntaxError('unexpected token');
    failing('@opentelemetry/api', error);
    await expect(loadOpenTelemetry('Traces')).rejects.toBe(error);
  });
});
