import { explain } from '../../../lib/config/explain.js';
import type { ResolvedPolicy } from '../../../lib/config/resolved-policy.js';
import { readPolicies } from '../../../lib/config/resolve-policies.js';
import { readCode } from '../../support/read-policies.js';

function explained(policies: unknown, name = 'pay') {
  const policy = readCode(policies).policies.get(name) as ResolvedPolicy;
  return explain(policy.merged);
}

function values(policies: unknown) {
  return Object.fromEntries(explained(policies).map(({ path, value }) => [path, value]));
}

describe('explain', () => {
  it('lists every effective value with its source, defaults included', () => {
    const { policies } = readPolicies({
      sources: [{ name: 'code', policies: { quick: { retry: { maxAttempts: 4 } } } }],
    });
    expect(explain((policies.get('quick') as ResolvedPolicy).merged)).toEqual([
      { path: 'enabled', value: true, source: 'default' },
      { path: 'timeout.total', value: '5s', source: "preset 'quick'" },
      { path: 'timeout.attempt', value: '2s', source: "preset 'quick'" },
      { path: 'retry.maxAttempts', value: 4, source: 'code' },
      { path: 'retry.backoff.type', value: 'exponential', source: "preset 'quick'" },
      { path: 'retry.backoff.initialDelay', value: '100ms', source: "preset 'quick'" },
      { path: 'retry.backoff.factor', value: 2, source: "preset 'quick'" },
      { path: 'retry.backoff.increment', value: '100ms', source: 'default' },
      { path: 'retry.backoff.minDelay', value: 0, source: 'default' },
      { path: 'retry.backoff.maxDelay', value: '1s', source: "preset 'quick'" },
      { path: 'retry.backoff.jitter', value: 'full', source: "preset 'quick'" },
      { path: 'retry.nested', value: 'stop', source: 'default' },
      { path: 'retry.wrapExhausted', value: false, source: 'default' },
    ]);
  });

  it('names the policy that an inherited value is from', () => {
    const options = explained({ base: { timeout: '5s' }, pay: { extends: 'base' } });
    expect(options).toEqual([
      { path: 'extends', value: 'base', source: 'code' },
      { path: 'enabled', value: true, source: 'default' },
      { path: 'timeout.total', value: '5s', source: 'code', policy: 'base' },
    ]);
  });

  it('shows what was taken away, and leaves out what takes no part', () => {
    expect(values({ pay: { timeout: { total: false }, retry: false } })).toEqual({
      enabled: true,
      'timeout.total': false,
      retry: false,
    });
  });

  it.each([
    [{}, { failureThreshold: 5, scope: 'operation', maxResetTimeout: '5m' }],
    [
      { failureRatio: 0.5 },
      { failureRatio: 0.5, failureThreshold: undefined, 'window.type': 'count', 'window.size': 100 },
    ],
    [
      { slowCallDuration: '1s', window: { type: 'time' } },
      { 'window.duration': '60s', 'window.buckets': 10, 'window.size': undefined },
    ],
    [
      { failureRatio: 0.5, window: { type: 'count' } },
      { 'window.size': 100, 'window.buckets': undefined },
    ],
    [{ name: 'payments' }, { name: 'payments', scope: undefined }],
    [{ resetTimeout: '10m' }, { maxResetTimeout: '10m' }],
    [{ resetTimeout: '1m' }, { maxResetTimeout: '5m' }],
  ])('fills in the defaults that depend on other options, with %p', (circuitBreaker, expected) => {
    const all = values({ pay: { circuitBreaker } });
    for (const [path, value] of Object.entries(expected))
      expect([path, all[`circuitBreaker.${path}`]]).toEqual([path, value]);
  });

  it('lets the increment follow the initial delay', () => {
    expect(values({ pay: { retry: {} } })).toMatchObject({ 'retry.backoff.increment': '1s' });
  });

  it('shows fallback values and lists as they were given', () => {
    const answer = () => 1;
    const all = values({ pay: { fallback: { handlers: [answer, { value: 1 }], on: [503] } } });
    expect(all).toMatchObject({ 'fallback.handlers': [answer, { value: 1 }], 'fallback.on': [503] });
  });
});
