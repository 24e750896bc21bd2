import { readPolicies } from '../../../lib/config/resolve-policies.js';
import { readCode } from '../../support/read-policies.js';

function withPresets(policies: unknown) {
  return readPolicies({ sources: [{ name: 'code', obvious: true, policies }] });
}

describe('a policy that extends another', () => {
  it('takes what it does not say itself', () => {
    const { policies } = readCode({
      base: { retry: { maxAttempts: 5, nested: 'allow' }, timeout: '5s' },
      pay: { extends: 'base', retry: { maxAttempts: 2 } },
    });
    expect(policies.get('pay')?.options).toEqual({
      extends: 'base',
      retry: { maxAttempts: 2, nested: 'allow' },
      timeout: { total: '5s' },
    });
    expect(policies.get('pay')?.settings).toMatchObject({
      name: 'pay',
      retry: { maxAttempts: 2, nested: 'allow' },
    });
    expect(policies.get('pay')?.settings).not.toHaveProperty('extends');
  });

  it('removes what it inherits with false', () => {
    const { policies } = readCode({
      base: { retry: {}, timeout: { total: '5s', attempt: '1s' }, fallback: { value: 1 } },
      pay: { extends: 'base', timeout: { total: false }, fallback: false },
    });
    expect(policies.get('pay')?.settings).toEqual({
      name: 'pay',
      enabled: true,
      retry: expect.any(Object) as object,
      timeout: { attemptMs: 1_000 },
    });
  });

  it('inherits over several steps, whatever their order', () => {
    const { policies } = readCode({
      c: { extends: 'b' },
      b: { extends: 'a', retry: { nested: 'allow' } },
      a: { retry: { maxAttempts: 9 } },
    });
    expect(policies.get('c')?.settings.retry).toMatchObject({ maxAttempts: 9, nested: 'allow' });
  });

  it('inherits what all sources together make of the other', () => {
    const { policies } = readCode(
      { base: { retry: { maxAttempts: 5 } }, pay: { extends: 'base' } },
      { readVariable: (name) => (name === 'RESILIENCE_BASE_RETRY_MAX_ATTEMPTS' ? '8' : undefined) },
    );
    expect(policies.get('pay')?.settings.retry?.maxAttempts).toBe(8);
  });

  it('follows the strongest source that says what it extends', () => {
    const sources = [{ name: 'file', policies: { pay: { extends: 'b' } } }];
    const code = { a: { timeout: 1 }, b: { timeout: 2 }, pay: { extends: 'a' } };
    expect(readCode(code, { sources }).policies.get('pay')?.settings.timeout).toEqual({ totalMs: 2 });
  });

  it('knows which policy gave what', () => {
    const { policies } = readCode({
      a: { timeout: 1 },
      b: { extends: 'a' },
      c: { extends: 'b', enabled: true },
    });
    expect(policies.get('c')?.origins.get('timeout.total')).toMatchObject({ name: 'code', policy: 'a' });
    expect(policies.get('c')?.origins.get('enabled')).not.toHaveProperty('policy');
  });

  it('drops a removed strategy for good before a stronger source brings it anew', () => {
    const sources = [{ name: 'file', policies: { pay: { retry: { maxAttempts: 2 } } } }];
    const code = { base: { retry: { nested: 'allow' } }, pay: { extends: 'base', retry: false } };
    expect(readCode(code, { sources }).policies.get('pay')?.options.retry).toEqual({ maxAttempts: 2 });
  });

  it.each([
    [
      { a: { extends: 'b' }, b: { extends: 'a' } },
      "policies.b.extends: expected no cycle (got 'a -> b -> a')",
    ],
    [
      { a: { extends: 'a' } },
      "policies.a.extends: expected the name of another policy (got 'a'), none is known here",
    ],
    [
      { x: { extends: 'a' }, a: { extends: 'b' }, b: { extends: 'c' }, c: { extends: 'a' } },
      "policies.c.extends: expected no cycle (got 'a -> b -> c -> a')",
    ],
    [
      { pay: { extends: 'paymnt' }, payment: {} },
      "policies.pay.extends: expected the name of another policy (got 'paymnt'), did you mean 'payment'?",
    ],
    [{ pay: { extends: 5 } }, 'policies.pay.extends: expected false or a non-empty string (got 5)'],
    [
      { pay: { extends: 'toString' } },
      "policies.pay.extends: expected the name of another policy (got 'toString'), none is known here",
    ],
  ])('is refused in %p', (policies, issue) => {
    const read = readCode(policies);
    expect(read.issues).toEqual([issue]);
  });

  it('is told where an inherited value does not fit its own', () => {
    const { issues } = readCode({
      base: { retry: { backoff: { minDelay: '5s' } } },
      pay: { extends: 'base', retry: { backoff: { maxDelay: '1s' } } },
    });
    expect(issues).toEqual([
      "policies.pay.retry.backoff.minDelay: expected at most maxDelay, 1000 ms (got 5000 ms), inherited from 'base'",
    ]);
  });
});

describe('a policy named like a preset', () => {
  it('extends that preset, which is noted', () => {
    const { policies, notes } = withPresets({ network: { retry: { maxAttempts: 6 } }, api: {}, pay: {} });
    expect(policies.get('network')?.settings.retry).toMatchObject({
      maxAttempts: 6,
      backoff: { initialDelayMs: 2_000 },
    });
    expect(notes).toEqual([
      'policies named like a preset extend it: network, api (extends: false starts empty)',
    ]);
  });

  it('starts empty with extends: false', () => {
    const { policies, notes } = withPresets({ network: { extends: false, retry: {} } });
    expect(policies.get('network')?.settings.timeout).toBeUndefined();
    expect(policies.get('network')?.settings.retry?.maxAttempts).toBe(3);
    expect(notes).toEqual([]);
  });

  it('extends another policy instead if it says so', () => {
    const { policies, notes } = withPresets({ network: { extends: 'quick' } });
    expect(policies.get('network')?.settings.retry?.maxAttempts).toBe(2);
    expect(notes).toEqual([]);
  });

  it('may say the name of its preset', () => {
    const { policies, issues } = withPresets({ network: { extends: 'network', enabled: false } });
    expect(issues).toEqual([]);
    expect(policies.get('network')?.settings).toMatchObject({ enabled: false, retry: { maxAttempts: 5 } });
  });

  it('is what others extend', () => {
    const { policies } = withPresets({
      network: { timeout: { total: '1m' } },
      pay: { extends: 'network' },
      get: { extends: 'api' },
    });
    expect(policies.get('pay')?.settings.timeout).toEqual({ attemptMs: 20_000, totalMs: 60_000 });
    expect(policies.get('get')?.settings.retry?.maxAttempts).toBe(3);
    expect(policies.get('get')?.origins.get('retry.maxAttempts')).toMatchObject({ name: "preset 'api'" });
  });

  it('is an ordinary one where presets are off', () => {
    expect(readCode({ network: {} }).policies.get('network')?.settings).toEqual({
      name: 'network',
      enabled: true,
    });
    expect(readCode({ network: {} }).notes).toEqual([]);
  });

  it('is compared with presets when an unknown name is extended', () => {
    expect(withPresets({ pay: { extends: 'netwrok' } }).issues).toEqual([
      "policies.pay.extends: expected the name of another policy (got 'netwrok'), did you mean 'network'?",
    ]);
  });
});
