import * as nestAxios from '@nestjs/axios';
import * as nestCommon from '@nestjs/common';
import * as rxjs from 'rxjs';
import * as core from '../../lib/core/index.js';
import { httpClientFields } from '../../lib/core/http/http-client-options.js';
import { resilientFetchShape } from '../../lib/core/http/resilient-fetch.js';
import * as holdfast from '../../lib/index.js';
import { ScriptedServer } from '../integration/http-clients/support.js';
import { boot, closeBooted } from '../support/boot.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument, tableUnder } from '../support/markdown.js';
import { runCode } from '../support/run-code.js';

const text = readDocument('docs/http-clients.md');
const blocks = codeBlocks(text, 'ts').map(({ code }) => code);
const modules = {
  'nestjs-holdfast': holdfast,
  'nestjs-holdfast/core': core,
  '@nestjs/axios': nestAxios,
  '@nestjs/common': nestCommon,
  rxjs,
};
const rate = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"rate":1.1}' };
const server = new ScriptedServer();

interface Rates {
  rateOf(currency: string, baseUrl?: string): Promise<number>;
}

beforeAll(() => server.start());
afterEach(closeBooted);
afterAll(() => server.close());

describe('the document on HTTP clients', () => {
  it('has TypeScript that compiles in a strict project', () => {
    expect(blocks).toHaveLength(3);
    expect(typeErrors(Object.fromEntries(blocks.map((code, index) => [`http-${index}.ts`, code])))).toEqual(
      [],
    );
  }, 60_000);

  it('has a fetch that retries, and tells when it gives up', async () => {
    const { rateOf } = runCode(blocks[0] ?? '', modules) as unknown as Rates;
    server.script({ ...rate, status: 503 }, rate);
    expect(await rateOf('eur', server.url)).toBe(1.1);

    server.script(404);
    await expect(rateOf('xyz', server.url)).rejects.toThrow('no rate for xyz: 404');
  });

  it('has a Nest service whose fetch is under the policy', async () => {
    const { NewsService } = runCode(blocks[1] ?? '', modules) as { NewsService: new () => NewsLike };
    const fetch = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('today'));
    const { app, service } = await boot({
      imports: [holdfast.ResilienceModule.forRoot()],
      providers: [NewsService],
    });

    expect(await app.get(NewsService).headlines()).toBe('today');
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(service.stats('network').calls).toBe(1);
    fetch.mockRestore();
  });

  it('has a module whose HttpService retries', async () => {
    process.env.RATES_URL = server.url;
    const { RatesModule, RatesClient } = runCode(blocks[2] ?? '', modules) as unknown as RatesExports;
    delete process.env.RATES_URL;
    const network = { retry: { backoff: { initialDelay: 0 } } };
    const { app } = await boot({
      imports: [holdfast.ResilienceModule.forRoot({ policies: { network } }), RatesModule],
    });
    server.script({ ...rate, status: 503 }, rate);

    expect(await app.get(RatesClient, { strict: false }).rateOf('eur')).toBe(1.1);
    expect(server.requests.map(({ url }) => url)).toEqual(['/eur', '/eur']);
  });

  it('lists every option with the clients that take it', () => {
    const names = tableUnder(text, 'option').map(([name, , of]) => [name, of]);
    const common = Object.keys(httpClientFields);

    expect(names).toEqual(
      Object.keys(resilientFetchShape.fields).map((name) => [name, common.includes(name) ? 'both' : 'fetch']),
    );
  });
});

interface NewsLike {
  headlines(): Promise<string>;
}

interface RatesExports {
  readonly RatesModule: new () => object;
  readonly RatesClient: new () => Rates;
}
