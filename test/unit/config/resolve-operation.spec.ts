import { acceptOverrides, type Layer } from '../../../lib/config/layer.js';
import { readOperations, resolveOperation, resolveOverrides } from '../../../lib/config/resolve-operation.js';
import type { ResolvedPolicy } from '../../../lib/config/resolved-policy.js';
import { issuesOf } from '../../support/issues-of.js';
import { readCode } from '../../support/read-policies.js';

const policy = readCode({ pay: { retry: { maxAttempts: 5 }, timeout: '5s' } }).policies.get(
  'pay',
) as ResolvedPolicy;

function layer(options: unknown, name: string): Layer {
  const issues: string[] = [];
  const accepted = acceptOverrides(options, { name }, name, issues);
  expect(issues).toEqual([]);
  return accepted as Layer;
}

describe('a policy as one operation uses it', () => {
  const context = { name: 'pay', path: 'PaymentsService.charge' };

  it('has the strongest layer over the others over the policy', () => {
    const layers = [
      layer({ retry: { maxAttempts: 2, nested: 'allow' } }, '@Retryable'),
      layer({ retry: { maxAttempts: 3 }, timeout: false }, 'operations'),
    ];
    const issues: string[] = [];
    const resolved = resolveOperation(policy, layers, { ...context, issues });
    expect(issues).toEqual([]);
    expect(resolved?.settings).toMatchObject({ name: 'pay', retry: { maxAttempts: 3, nested: 'allow' } });
    expect(resolved?.settings.timeout).toBeUndefined();
    expect(resolved?.origins.get('retry.nested')?.name).toBe('@Retryable');
    expect(policy.settings.retry?.maxAttempts).toBe(5);
  });

  it('may have no policy under it', () => {
    const resolved = resolveOperation(undefined, [layer({ circuitBreaker: {} }, '@CircuitBreaker')], {
      name: 'inline',
      path: 'PaymentsService.charge',
      issues: [],
    });
    expect(resolved?.settings).toMatchObject({ name: 'inline', circuitBreaker: { failureThreshold: 5 } });
  });

  it('is reported where the layers and the policy do not fit', () => {
    const issues: string[] = [];
    const layers = [layer({ retry: { maxAttempts: Infinity }, timeout: false }, '@Retryable')];
    expect(resolveOperation(policy, layers, { ...context, issues })).toBeUndefined();
    expect(issues).toEqual([
      'PaymentsService.charge.retry.maxAttempts: expected a finite number, or a total timeout beside it (got Infinity), from @Retryable',
    ]);
  });
});

describe('overrides', () => {
  it('cannot extend another policy', () => {
    const issues: string[] = [];
    const accepted = acceptOverrides(
      { extends: 'quick', timeout: 5 },
      { name: '@Resilient' },
      'charge',
      issues,
    );
    expect(accepted?.tree).toEqual({ timeout: { total: 5 } });
    expect(issues).toEqual([
      "charge.extends: expected only in policies that have a name (got 'quick'), from @Resilient",
    ]);
  });

  it('are none where they are no object', () => {
    const issues: string[] = [];
    expect(acceptOverrides('quick', { name: 'x', obvious: true }, 'charge', issues)).toBeUndefined();
    expect(issues).toEqual(["charge: expected an object (got 'quick')"]);
  });

  it('of one call go over everything else', () => {
    const resolved = resolveOverrides(policy, { retry: false, key: 'tenant' }, ['tenant']);
    expect(resolved.settings).toEqual({
      name: 'pay',
      enabled: true,
      key: 'tenant',
      timeout: { totalMs: 5_000 },
    });
  });

  it.each([
    [{ retry: { maxAttempts: 0 } }, 'overrides.retry.maxAttempts: expected an integer >= 1 (got 0)'],
    [
      { timeout: false, retry: { maxAttempts: Infinity } },
      'overrides.retry.maxAttempts: expected a finite number, or a total timeout beside it (got Infinity)',
    ],
    [{ extends: 'a' }, "overrides.extends: expected only in policies that have a name (got 'a')"],
    [5, 'overrides: expected an object (got 5)'],
  ])('of one call are refused when they are %p', (overrides, issue) => {
    expect(issuesOf(() => resolveOverrides(policy, overrides))).toEqual([issue]);
  });
});

describe('operations', () => {
  it('hold a layer for each source that names them', () => {
    const issues: string[] = [];
    const layers = readOperations(
      [
        { name: 'code', obvious: true, operations: { 'PaymentsService.charge': { timeout: 5 } } },
        { name: 'file', operations: { 'PaymentsService.charge': { retry: {} }, 'OrdersService.list': {} } },
        { name: 'none', operations: undefined },
      ],
      issues,
    );
    expect(issues).toEqual([]);
    expect([...layers.keys()]).toEqual(['PaymentsService.charge', 'OrdersService.list']);
    expect(layers.get('PaymentsService.charge')?.map(({ source }) => source.name)).toEqual(['code', 'file']);
  });

  it('are refused with their paths and sources', () => {
    const issues: string[] = [];
    const operations = { 'A.b': { timeout: 0 }, 'A.c': { extends: 'x' }, 'A.d': 5 };
    const layers = readOperations(
      [
        { name: 'file', operations },
        { name: 'other', operations: [] },
      ],
      issues,
    );
    expect([...layers.keys()]).toEqual(['A.b', 'A.c']);
    expect(issues).toEqual([
      "operations['A.b'].timeout: expected a duration such as 250 or '2s', greater than 0 (got 0), from file",
      "operations['A.c'].extends: expected only in policies that have a name (got 'x'), from file",
      "operations['A.d']: expected an object (got 5), from file",
      'operations: expected an object with the overrides of each operation under its name (got an empty array), from other',
    ]);
  });
});
