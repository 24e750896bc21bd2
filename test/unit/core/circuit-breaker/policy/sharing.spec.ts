import { createPolicy } from '../../../../../lib/core/create-policy.js';
import { resolvePolicy, type PolicyOptions } from '../../../../../lib/core/policy-options.js';
import { Policy } from '../../../../../lib/core/policy.js';
import { heldOperation, settled } from '../../../../support/held-operation.js';
import { rejection, virtualClock, virtualEngine, watched } from '../../../../support/virtual-policy.js';

const down = () => Promise.reject(new Error('down'));

/** The names of the breakers that these operations under this policy make. */
async function breakersOf(options: PolicyOptions, operations: readonly string[]): Promise<string[]> {
  const { policyOf } = virtualEngine();
  const policy = policyOf('network', options);
  for (const operation of operations) await policy.execute(() => 1, { operation });
  return policy.breakers().map(({ name }) => name);
}

describe('the identity of a circuit breaker', () => {
  const operations = ['Payments.charge', 'Payments.refund', 'Mails.send'];

  it.each([
    [{}, operations],
    [{ scope: 'operation' }, operations],
    [{ scope: 'service' }, ['Payments', 'Mails']],
    [{ scope: 'policy' }, ['network']],
    [{ name: 'cards' }, ['cards']],
  ] as const)('with %j is %j', async (circuitBreaker, expected) => {
    expect(await breakersOf({ circuitBreaker }, operations)).toEqual(expected);
  });

  it('refuses name and scope together', () => {
    expect(() => createPolicy({ circuitBreaker: { name: 'cards', scope: 'policy' } })).toThrow(
      'expected either a name or a scope',
    );
  });

  it('is the policy’s name where a call names no operation', async () => {
    const { policyOf } = virtualEngine();
    const policy = policyOf('network', { circuitBreaker: {} });
    expect(policy.breaker()?.name).toBe('network');
    expect(policy.breaker(undefined, 'Payments.charge')?.name).toBe('Payments.charge');
  });
});

describe('policies that share a circuit breaker', () => {
  it('are refused together: what one saw, the other knows', async () => {
    const { policyOf } = virtualEngine();
    const one = policyOf('one', { circuitBreaker: { name: 'cards', failureThreshold: 2 } });
    const two = policyOf('two', { circuitBreaker: { name: 'cards' } });
    await rejection(one.execute(down));
    await rejection(two.execute(down));
    expect(await rejection(one.execute(() => 1))).toMatchObject({ breaker: 'cards', policy: 'one' });
    expect(await rejection(two.execute(() => 1))).toMatchObject({ breaker: 'cards', policy: 'two' });
    expect(one.breakers()).toEqual(two.breakers());
  });

  it('fail with a configuration error that names both, where both define it differently', async () => {
    const { policyOf } = virtualEngine();
    const one = policyOf('one', { circuitBreaker: { name: 'cards', failureThreshold: 2 } });
    const two = policyOf('two', { circuitBreaker: { name: 'cards', failureThreshold: 3 } });
    await one.execute(() => 1);
    const operation = jest.fn();
    expect(await rejection(two.execute(operation))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [expect.stringMatching(/^circuit breaker "cards" .* by policy "one" and by policy "two"; /)],
    });
    expect(operation).not.toHaveBeenCalled();
    expect(await rejection(two.wrap(operation)())).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await two.tryExecute(operation)).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
    expect(operation).not.toHaveBeenCalled();
  });

  it('may define it alike, in any order of keys', async () => {
    const { policyOf } = virtualEngine();
    const one = policyOf('one', {
      circuitBreaker: { name: 'cards', failureThreshold: 2, resetTimeout: '5s' },
    });
    const two = policyOf('two', {
      circuitBreaker: { resetTimeout: 5000, failureThreshold: 2, name: 'cards' },
    });
    await one.execute(() => 1);
    expect(await two.execute(() => 1)).toBe(1);
  });

  it('may each have error rules of their own', async () => {
    const { policyOf } = virtualEngine();
    const strict = policyOf('strict', { circuitBreaker: { name: 'cards', recordOn: ['notFound'] } });
    const lenient = policyOf('lenient', { circuitBreaker: { name: 'cards', failureThreshold: 2 } });
    const notFound = () => Promise.reject(Object.assign(new Error('gone'), { status: 404 }));
    await rejection(lenient.execute(notFound));
    await rejection(strict.execute(notFound));
    expect(lenient.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 1 });
    await rejection(strict.execute(notFound));
    expect(lenient.breaker()?.snapshot().state).toBe('open');
  });

  it.each(['before', 'after'])(
    'take the rules of the one that defines it, though it came %s',
    async (when) => {
      const { policyOf } = virtualEngine();
      const joiner = policyOf('joiner', { circuitBreaker: { name: 'cards' } });
      const definer = policyOf('definer', { circuitBreaker: { name: 'cards', failureThreshold: 1 } });
      for (const policy of when === 'before' ? [definer, joiner] : [joiner, definer])
        await policy.execute(() => 1);
      await rejection(joiner.execute(down));
      expect(definer.breaker()?.snapshot().state).toBe('open');
    },
  );

  it('measure their calls by the slow-call rule of the one that defines it', async () => {
    const { policyOf, clock } = virtualEngine();
    const joiner = policyOf('joiner', { circuitBreaker: { name: 'cards' } });
    policyOf('definer', {
      circuitBreaker: { name: 'cards', slowCallDuration: '1s', minimumCalls: 1 },
    }).breaker();
    const { runs, operation } = heldOperation();
    const call = watched(joiner.execute(operation));
    await clock.advance('1001ms');
    runs[0]?.resolve();
    await settled();
    expect(call.settled).toBe(true);
    expect(joiner.breaker()?.snapshot().state).toBe('open');
  });

  it('each hear of its changes, and the engine’s listeners once', async () => {
    const { engine, policyOf } = virtualEngine();
    const heard: string[] = [];
    const policies = ['one', 'two', 'three'].map((name) =>
      policyOf(name, {
        circuitBreaker: { name: 'cards' },
        on: { circuitOpened: ({ policy }) => heard.push(`${name}: ${policy}`) },
      }),
    );
    engine.events.on('circuitOpened', ({ policy }) => heard.push(`engine: ${policy}`));
    for (const policy of policies) for (let i = 0; i < 3; i++) await policy.execute(() => 1);
    for (let i = 0; i < 5; i++) await rejection(policies[1]?.execute(down) ?? Promise.resolve());
    expect(heard).toEqual(['one: two', 'two: two', 'three: two', 'engine: two']);
  });

  it('are known to it by their names', async () => {
    const { engine, policyOf } = virtualEngine();
    for (const name of ['one', 'two', 'one'])
      await policyOf(name, { circuitBreaker: { name: 'cards' } }).execute(() => 1);
    expect(engine.breakers.get('cards')?.policies).toEqual(['one', 'two']);
  });

  it('keep its state when their options change', async () => {
    const { engine } = virtualEngine();
    const policyOf = (failureThreshold: number) =>
      new Policy(engine, resolvePolicy('payments', { circuitBreaker: { failureThreshold } }));
    const before = policyOf(3);
    await rejection(before.execute(down));
    const after = policyOf(2);
    expect(after.breaker()?.snapshot()).toMatchObject({ state: 'closed', failures: 1 });
    await rejection(after.execute(down));
    expect(before.breaker()?.snapshot().state).toBe('open');
  });
});

describe('two policies made from one object', () => {
  it('share nothing', async () => {
    const options = Object.freeze({
      name: 'payments',
      circuitBreaker: Object.freeze({ name: 'cards', failureThreshold: 1 }),
    });
    const runtime = { clock: virtualClock() };
    const [one, two] = [createPolicy(options, runtime), createPolicy(options, runtime)];
    const opened = jest.fn();
    two.events.on('circuitOpened', opened);
    await rejection(one.execute(down));
    expect(one.breaker()?.snapshot().state).toBe('open');
    expect(two.breaker()?.snapshot().state).toBe('closed');
    expect(await two.execute(() => 'fine')).toBe('fine');
    expect(opened).not.toHaveBeenCalled();
    expect(two.stats()).toMatchObject({ calls: 1, failures: 0 });
  });
});
