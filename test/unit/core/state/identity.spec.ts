import { identityName } from '../../../../lib/core/state/identity.js';
import { operationNamed } from '../../../../lib/core/state/operation.js';

const charge = { name: 'Payments.charge', service: 'Payments' };

describe('identityName', () => {
  it.each([
    [{}, 'Payments.charge'],
    [{ scope: 'operation' }, 'Payments.charge'],
    [{ scope: 'service' }, 'Payments'],
    [{ scope: 'policy' }, 'network'],
    [{ name: 'cards' }, 'cards'],
    // Where a name is given, the scope is a default that was filled in.
    [{ name: 'cards', scope: 'operation' }, 'cards'],
  ] as const)('of %j is %s', (settings, expected) => {
    expect(identityName(settings, charge, 'network')).toBe(expected);
  });
});

describe('operationNamed', () => {
  it.each([
    ['Payments.charge', 'Payments'],
    ['Billing/Payments.charge', 'Billing/Payments'],
    ['a.b.c', 'a.b'],
    ['payments', 'payments'],
    ['.charge', '.charge'],
    ['', ''],
  ])('takes the part of %j before the last dot for the service', (name, service) => {
    expect(operationNamed(name)).toEqual({ name, service });
  });
});
