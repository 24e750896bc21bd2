import { Injectable } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { configJsonSchema } from '../../../../lib/config/json-schema.js';
import type { PolicyOptions } from '../../../../lib/core/policy-options.js';
import { Resilient } from '../../../../lib/nest/decorators/resilient.decorator.js';
import { Bulkhead } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { ResilienceModule } from '../../../../lib/nest/resilience.module.js';
import { boot, closeBooted, issuesOfBoot, withEnvironment } from '../../../support/boot.js';
import { heldOperation } from '../../../support/held-operation.js';
import { rejection } from '../../../support/virtual-policy.js';

afterEach(closeBooted);

const api: PolicyOptions = {
  bulkhead: { maxConcurrent: 2, maxQueue: 1 },
  rateLimiter: { limit: 100 },
  adaptiveThrottle: { k: 3 },
  hedge: { delay: '1s' },
};

function imports(policies = { api }, resilience: object = {}) {
  return [
    ResilienceModule.forRoot({ presets: false, logging: false, policies }),
    ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ resilience })] }),
  ];
}

/** Value and source of an option of `api`, with these variables. */
async function read(path: string, variables: Readonly<Record<string, string>>) {
  return withEnvironment(variables, async () => {
    const { service } = await boot({ imports: imports() });
    const { value, source } = service.explain('api').find((option) => option.path === path) ?? {};
    return [value, source];
  });
}

describe('a variable of', () => {
  it.each([
    ['BULKHEAD', '20', 'bulkhead.maxConcurrent', 20],
    ['BULKHEAD_MAX_CONCURRENT', '20', 'bulkhead.maxConcurrent', 20],
    ['BULKHEAD_MAX_QUEUE', '5', 'bulkhead.maxQueue', 5],
    ['BULKHEAD_MAX_QUEUE', 'Infinity', 'bulkhead.maxQueue', Infinity],
    ['BULKHEAD_QUEUE_TIMEOUT', '300ms', 'bulkhead.queueTimeout', '300ms'],
    ['BULKHEAD_RELEASE_ON', 'answered', 'bulkhead.releaseOn', 'answered'],
    ['BULKHEAD_ADAPTIVE_MIN', '1', 'bulkhead.adaptive.min', 1],
    ['BULKHEAD_NAME', 'bank', 'bulkhead.name', 'bank'],
    ['BULKHEAD_SCOPE', 'service', 'bulkhead.scope', 'service'],
    ['BULKHEAD_MAX_KEYS', '7', 'bulkhead.maxKeys', 7],
    ['BULKHEAD', 'false', 'bulkhead', false],
    ['RATE_LIMITER_LIMIT', '10', 'rateLimiter.limit', 10],
    ['RATE_LIMITER_INTERVAL', '1m', 'rateLimiter.interval', '1m'],
    ['RATE_LIMITER_BURST', '3', 'rateLimiter.burst', 3],
    ['RATE_LIMITER_MAX_WAIT', '2s', 'rateLimiter.maxWait', '2s'],
    ['RATE_LIMITER_SCOPE', 'operation', 'rateLimiter.scope', 'operation'],
    ['RATE_LIMITER', 'false', 'rateLimiter', false],
    ['ADAPTIVE_THROTTLE_K', '1.5', 'adaptiveThrottle.k', 1.5],
    ['ADAPTIVE_THROTTLE_WINDOW', '30s', 'adaptiveThrottle.window', '30s'],
    ['ADAPTIVE_THROTTLE', 'false', 'adaptiveThrottle', false],
    ['HEDGE_DELAY', '200ms', 'hedge.delay', '200ms'],
    ['HEDGE_MAX_HEDGES', '2', 'hedge.maxHedges', 2],
    ['HEDGE_BUDGET_RATIO', '0.5', 'hedge.budget.ratio', 0.5],
    ['HEDGE', 'false', 'hedge', false],
  ])('%s=%s gives that option', async (name, text, path, value) => {
    const variable = `RESILIENCE_API_${name}`;
    const beside = name === 'BULKHEAD_ADAPTIVE_MIN' ? { RESILIENCE_API_BULKHEAD_ADAPTIVE_MAX: '9' } : {};
    expect(await read(path, { [variable]: text, ...beside })).toEqual([value, variable]);
  });

  it('a percentile takes the place of a delay that another variable takes away', async () => {
    const variables = { RESILIENCE_API_HEDGE_DELAY: 'false', RESILIENCE_API_HEDGE_PERCENTILE: '95' };
    expect(await read('hedge.percentile', variables)).toEqual([95, 'RESILIENCE_API_HEDGE_PERCENTILE']);
  });

  it('a strategy that the policy does not have adds it', async () => {
    const variables = {
      RESILIENCE_API_BULKHEAD: '1',
      RESILIENCE_API_ADAPTIVE_THROTTLE: 'true',
      RESILIENCE_API_RATE_LIMITER_LIMIT: '10',
      RESILIENCE_API_HEDGE_DELAY: '0ms',
    };
    await withEnvironment(variables, async () => {
      const { service } = await boot({ imports: imports({ api: {} }) });
      const options = Object.fromEntries(service.explain('api').map(({ path, value }) => [path, value]));
      expect(options).toMatchObject({
        'bulkhead.maxConcurrent': 1,
        'adaptiveThrottle.k': 2,
        'rateLimiter.limit': 10,
        'hedge.delay': '0ms',
      });
    });
  });

  it('a bulkhead that the policy does not have bounds its calls', async () => {
    await withEnvironment({ RESILIENCE_API_BULKHEAD: '1' }, async () => {
      const { service } = await boot({ imports: imports({ api: {} }) });
      const { operation } = heldOperation();
      void service.execute('api', operation);
      expect(await rejection(service.execute('api', operation))).toMatchObject({ code: 'BULKHEAD_FULL' });
    });
  });

  it('wrong values fail the boot, each named', async () => {
    const variables = {
      RESILIENCE_API_BULKHEAD: '0',
      RESILIENCE_API_RATE_LIMITER_LIMIT: '1.5',
      RESILIENCE_API_ADAPTIVE_THROTTLE_K: '0.5',
      RESILIENCE_API_HEDGE_DELAY: 'soon',
    };
    await withEnvironment(variables, async () => {
      const issues = await issuesOfBoot({ imports: imports() });
      for (const variable of Object.keys(variables))
        expect(issues).toContainEqual(expect.stringContaining(variable));
      expect(issues).toHaveLength(4);
    });
  });
});

describe('the namespace', () => {
  @Injectable()
  class Reports {
    readonly held = heldOperation();

    @Bulkhead(5)
    @Resilient('api')
    async render(): Promise<unknown> {
      return this.held.operation();
    }
  }

  it('goes over the code, option by option, and single operations over both', async () => {
    const { app, service } = await boot({
      imports: imports(
        { api },
        {
          policies: { api: { bulkhead: { maxQueue: 0 }, hedge: false, adaptiveThrottle: false } },
          operations: { 'Reports.render': { bulkhead: 1 } },
        },
      ),
      providers: [Reports],
    });
    const reports = app.get(Reports);
    void reports.render();
    expect(await rejection(reports.render())).toMatchObject({ code: 'BULKHEAD_FULL', maxConcurrent: 1 });
    expect(service.explain('api')).toEqual(
      expect.arrayContaining([
        { path: 'bulkhead.maxConcurrent', value: 2, source: 'forRoot' },
        { path: 'bulkhead.maxQueue', value: 0, source: 'ConfigService "resilience"' },
        { path: 'hedge', value: false, source: 'ConfigService "resilience"' },
      ]),
    );
    expect(service.explain('Reports.render')).toContainEqual({
      path: 'bulkhead.maxConcurrent',
      value: 1,
      source: 'ConfigService "resilience"',
    });
  });

  it('runs everything bare where RESILIENCE_ENABLED=false', async () => {
    await withEnvironment({ RESILIENCE_ENABLED: 'false' }, async () => {
      const { app, service } = await boot({ imports: imports(), providers: [Reports] });
      const reports = app.get(Reports);
      for (let call = 0; call < 20; call++) void reports.render();
      for (let call = 0; call < 200; call++) await service.execute('api', async () => call);
      expect(reports.held.runs).toHaveLength(20);
    });
  });
});

describe('the JSON schema', () => {
  const properties = (
    configJsonSchema() as { definitions: { policy: { properties: Record<string, unknown> } } }
  ).definitions.policy.properties;

  it.each(['bulkhead', 'rateLimiter', 'adaptiveThrottle', 'hedge'])('knows %s', (strategy) => {
    expect(JSON.stringify(properties[strategy])).toContain('"additionalProperties":false');
  });
});
