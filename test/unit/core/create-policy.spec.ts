import { createPolicy, type NamedPolicyOptions } from '../../../lib/core/create-policy.js';
import { issuesOf } from '../../support/issues-of.js';

describe('createPolicy', () => {
  it.each<[unknown, string]>([
    [5, 'name: expected a non-empty string (got 5)'],
    ['', "name: expected a non-empty string (got '')"],
    [{}, 'name: expected a non-empty string (got an object)'],
  ])('refuses %p as a name', (name, issue) => {
    expect(issuesOf(() => createPolicy({ name } as NamedPolicyOptions))).toEqual([issue]);
  });

  it('lists a wrong name among all other faults', () => {
    const options = { name: 5, timeout: 0, retry: { maxAttempts: 0 } } as unknown as NamedPolicyOptions;

    expect(issuesOf(() => createPolicy(options))).toHaveLength(3);
  });

  it.each([{}, { name: undefined }, { name: null }])(
    'names a policy without a name policy: %p',
    (options) => {
      expect(createPolicy(options as NamedPolicyOptions).name).toBe('policy');
    },
  );

  it('finds keys by name among the resolvers that it is given', async () => {
    const options = { key: 'tenant', circuitBreaker: {} };
    const policy = createPolicy(options, { keys: { tenant: (tenant: string) => tenant } });
    await policy.execute(() => 1, { args: ['acme'] });

    expect(policy.breakers()).toEqual([expect.objectContaining({ key: 'acme' })]);
    expect(issuesOf(() => createPolicy(options, { keys: { tenants: () => 'x' } }))).toEqual([
      expect.stringContaining("did you mean 'tenants'?"),
    ]);
  });
});
