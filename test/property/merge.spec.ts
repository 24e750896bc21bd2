import fc from 'fast-check';
import { acceptLayer, type Layer } from '../../lib/config/layer.js';
import { type Merged, mergeLayers, nothing } from '../../lib/config/merge.js';
import { optionPaths } from '../../lib/core/options/option-paths.js';
import { policyShape } from '../../lib/core/policy-options.js';

const hook = () => true;
const otherHook = () => false;
const blank = fc.constantFrom(undefined, null);

function maybe<T>(value: fc.Arbitrary<T>) {
  return fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: blank });
}

function some(fields: Record<string, fc.Arbitrary<unknown>>) {
  return fc.record(fields, { requiredKeys: [] });
}

const delay = fc.constantFrom(0, 100, '250ms', '2s');
const limit = fc.constantFrom(100, '2s', false);

const backoff = fc.oneof(
  some({
    type: maybe(fc.constantFrom('fixed', 'linear', 'exponential')),
    initialDelay: maybe(delay),
    increment: maybe(fc.oneof(delay, fc.constant(false))),
    factor: fc.constantFrom(1, 2, 3),
    jitter: fc.oneof(
      fc.boolean(),
      fc.constantFrom('none', 'equal'),
      fc.record({ factor: fc.constantFrom(0.1, 0.5) }),
    ),
  }),
  fc.constant(hook),
);
const retry = some({
  maxAttempts: maybe(fc.integer({ min: 1, max: 9 })),
  backoff: maybe(backoff),
  retryOn: fc.oneof(
    fc.constant(false),
    fc.array(fc.constantFrom('network', 503, TypeError), { maxLength: 3 }),
  ),
  budget: fc.oneof(
    fc.boolean(),
    some({ ratio: fc.constantFrom(0.1, 0.5), scope: fc.constantFrom('service', false) }),
  ),
  onRetry: fc.constantFrom(hook, otherHook, false),
});
const breaker = some({
  failureThreshold: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(false)),
  window: fc.oneof(
    fc.record({ type: fc.constant('count'), size: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ type: fc.constant('time'), duration: limit.filter((value) => value !== false) }),
    fc.constant(false),
  ),
});
const fallback = fc.oneof(
  fc.constantFrom(hook, otherHook),
  fc.record({ value: fc.anything() }),
  fc.record({ handlers: fc.array(fc.constantFrom(hook, otherHook), { minLength: 1, maxLength: 3 }) }),
);
const policy = some({
  enabled: maybe(fc.boolean()),
  retry: maybe(fc.oneof(retry, fc.constant(false))),
  circuitBreaker: maybe(fc.oneof(breaker, fc.constant(false))),
  timeout: maybe(
    fc.oneof(
      limit,
      some({ total: limit, attempt: limit, stream: fc.oneof(some({ idle: limit }), fc.constant(false)) }),
    ),
  ),
  fallback: maybe(fc.oneof(fallback, fc.constant(false))),
  on: some({ retry: fc.constantFrom(hook, otherHook, false), success: fc.constantFrom(hook, otherHook) }),
});
const policies = fc.array(policy, { maxLength: 5 });

function layers(options: readonly unknown[]): readonly Layer[] {
  const issues: string[] = [];
  const accepted = options.map(
    (each, index) => acceptLayer(each, { name: `source ${index}` }, 'p', issues) as Layer,
  );
  expect(issues).toEqual([]);
  return accepted;
}

function freezePlain(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freezePlain);
}

function snapshot({ tree, origins }: Merged) {
  return { tree, origins: [...origins].map(([path, { name }]) => [path, name] as const).sort() };
}

describe('merging any policies', () => {
  it('gives the same in one go, layer by layer, and twice', () => {
    fc.assert(
      fc.property(policies, (options) => {
        const all = layers(options);
        const once = mergeLayers(nothing, all);
        const stepwise = all.reduce((merged, layer) => mergeLayers(merged, [layer]), nothing);
        expect(snapshot(stepwise)).toEqual(snapshot(once));
        const last = all.slice(-1);
        expect(mergeLayers(once, last).tree).toEqual(once.tree);
      }),
    );
  });

  it('gives nothing that no source gave, and names the source of every value', () => {
    fc.assert(
      fc.property(policies, (options) => {
        const all = layers(options);
        const { tree, origins } = mergeLayers(nothing, all);
        for (const { keys } of optionPaths(policyShape)) {
          const value = at(tree, keys);
          const origin = origins.get(keys.join('.'));
          expect(origin === undefined).toBe(value === undefined);
          const from = all.find(({ source }) => source.name === origin?.name);
          if (origin !== undefined && typeof value !== 'object') expect(value).toBe(at(from?.tree, keys));
        }
      }),
    );
  });

  it('never writes to what it is given, frozen or not', () => {
    fc.assert(
      fc.property(policies, (options) => {
        const all = layers(options);
        const free = mergeLayers(nothing, all);
        all.forEach(({ tree }) => freezePlain(tree));
        options.forEach(freezePlain);
        expect(snapshot(mergeLayers(nothing, all))).toEqual(snapshot(free));
        expect(snapshot(mergeLayers(nothing, layers(options)))).toEqual(snapshot(free));
        expect(nothing.origins.size).toBe(0);
      }),
    );
  });
});

function at(tree: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], tree);
}
