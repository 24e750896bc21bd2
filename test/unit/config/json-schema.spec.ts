import { Ajv } from 'ajv';
import { configJsonSchema } from '../../../lib/config/json-schema.js';
import { presets } from '../../../lib/config/presets/presets.js';
import { readCode } from '../../support/read-policies.js';

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(configJsonSchema());

describe('the JSON Schema', () => {
  it('accepts the presets', () => {
    expect(validate({ policies: presets })).toBe(true);
  });

  it('is one that JSON can carry', () => {
    expect(JSON.parse(JSON.stringify(configJsonSchema()))).toEqual(configJsonSchema());
  });

  it('holds the defaults', () => {
    expect(configJsonSchema()).toHaveProperty(
      'definitions.policy.properties.retry.anyOf.0.properties.maxAttempts.default',
      3,
    );
  });

  it.each([
    [{}],
    [{ extends: false, enabled: false, idempotent: true, key: 'tenant' }],
    [{ extends: 'network', retry: false, timeout: false, fallback: false, circuitBreaker: false }],
    [{ retry: { maxAttempts: null, backoff: { jitter: { factor: 0.5 }, initialDelay: 0 }, budget: true } }],
    [{ retry: { retryOn: ['network', 503], budget: { ratio: 0.1, window: '5 s' } } }],
    [{ timeout: '1.5s' }],
    [{ timeout: { total: 250, attempt: false, stream: { idle: '1m' } } }],
    [{ fallback: { value: { any: ['thing'] } } }],
    [{ fallback: { handlers: [{ value: null }], on: ['default'] } }],
    [
      {
        circuitBreaker: {
          window: { type: 'time', duration: '10s' },
          failureRatio: 0.5,
          failureThreshold: false,
        },
      },
    ],
    [{ chaos: { errorRatio: 0, enabled: true } }],
    [{ logging: { retry: 'debug', opened: false, maxPerSecond: 5 } }],
    [{ logging: false }],
  ])('accepts %p, as the boot does', (policy) => {
    expect(validate({ policies: { pay: policy } })).toBe(true);
    const { issues } = readCode({ pay: policy, network: {} }, { keyNames: ['tenant'] });
    expect(issues).toEqual([]);
  });

  it.each([
    [{ retyr: {} }],
    [{ retry: true }],
    [{ retry: { maxAttempts: 0 } }],
    [{ retry: { maxAttempts: '5' } }],
    [{ retry: { maxAttempts: false } }],
    [{ retry: { backoff: { type: 'cubic' } } }],
    [{ retry: { retryOn: [42] } }],
    [{ retry: { retryOn: [' '] } }],
    [{ timeout: 0 }],
    [{ timeout: '0s' }],
    [{ timeout: '0.0 ms' }],
    [{ timeout: '5' }],
    [{ timeout: 'soon' }],
    [{ timeout: true }],
    [{ circuitBreaker: { failureRatio: 50 } }],
    [{ circuitBreaker: { resetTimeoutFactor: 0.5 } }],
    [{ circuitBreaker: { window: { type: 'sliding' } } }],
    [{ fallback: { handlers: [] } }],
    [{ key: '' }],
    [{ on: { retry: 'log' } }],
  ])('refuses %p, as the boot does', (policy) => {
    expect(validate({ policies: { pay: policy } })).toBe(false);
    expect(readCode({ pay: policy }).issues).not.toEqual([]);
  });

  it('refuses hostile names and unknown keys beside policies', () => {
    expect(validate(JSON.parse('{ "policies": { "__proto__": {} } }'))).toBe(false);
    expect(validate({ policies: { '': {} } })).toBe(false);
    expect(validate({ polices: {} })).toBe(false);
  });

  it('accepts what a file leaves blank', () => {
    expect(validate({ policies: null, operations: null })).toBe(true);
    expect(validate({ policies: { pay: null }, operations: { 'Payments.charge': null } })).toBe(true);
  });

  it('knows operations, which cannot extend', () => {
    expect(validate({ operations: { 'PaymentsService.charge': { timeout: '1s' } } })).toBe(true);
    expect(validate({ operations: { 'PaymentsService.charge': { extends: 'quick' } } })).toBe(false);
  });
});
