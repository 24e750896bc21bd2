import 'reflect-metadata';
import { Retryable } from '../../../../lib/nest/decorators/retryable.decorator.js';
import { CircuitBreaker } from '../../../../lib/nest/decorators/strategy.decorators.js';
import { protect } from '../../../../lib/testing/nest/protect.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';
import { rejection } from '../../../support/virtual-policy.js';

const down = Object.assign(new Error('down'), { code: 'ECONNRESET' });

class Payments {
  constructor(private readonly client: { charge(id: string): Promise<string> }) {}

  @Retryable('network')
  async charge(id: string): Promise<string> {
    return this.client.charge(id);
  }
}

class Orders {
  @CircuitBreaker({ failureThreshold: 1 })
  async place(): Promise<string> {
    throw down;
  }
}

class Misnamed {
  @Retryable('netwrok')
  async charge(): Promise<void> {}
}

class Plain {}

describe('protect', () => {
  it('runs the methods of the very instance under their policies, in virtual time that advances by itself', async () => {
    const charge = scripted([down, down, 'charged']);
    const given = new Payments({ charge });

    const { instance, clock, events } = await protect(given);

    expect(instance).toBe(given);
    expect(clock).toBeInstanceOf(VirtualClock);
    await expect(instance.charge('a')).resolves.toBe('charged');
    expect(charge.args).toEqual([['a'], ['a'], ['a']]);
    expect(events.filter(({ type }) => type === 'retry')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'success', operation: 'Payments.charge', policy: 'network' });
  });

  it('takes policies, a clock and randomness', async () => {
    const clock = new VirtualClock();
    const charge = scripted([down, 'charged']);
    const { instance, clock: same } = await protect(new Payments({ charge }), {
      clock,
      random: () => 0.5,
      policies: { network: { retry: { backoff: { initialDelay: '8s' }, retryOn: ['default'] } } },
    });
    const result = instance.charge('a');

    await clock.advance('3999ms');
    expect(charge.calls).toBe(1);
    await clock.advance('1ms');
    expect(charge.calls).toBe(2);
    await expect(result).resolves.toBe('charged');
    expect(same).toBe(clock);
  });

  it('gives a list of events that equals a plain one, and subscribes to those to come', async () => {
    const { instance, events } = await protect(new Orders());
    const opened = jest.fn();
    const off = events.on('circuitOpened', opened);
    const all = jest.fn();
    events.onAny(all);

    await rejection(instance.place());

    expect(opened).toHaveBeenCalledTimes(1);
    expect(all).toHaveBeenCalledTimes(events.length);
    expect(events).toEqual([...events]);
    expect(Object.keys(events)).toEqual(events.map((_, index) => String(index)));
    off();
  });

  it('begins anew when an instance is protected again', async () => {
    const orders = new Orders();
    const first = await protect(orders);
    await rejection(first.instance.place());
    await expect(first.instance.place()).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });

    const second = await protect(orders);

    await expect(second.instance.place()).rejects.toBe(down);
    expect(second.events.some(({ type }) => type === 'callRejected')).toBe(false);
  });

  it('shares nothing between instances', async () => {
    const [one, other] = [await protect(new Orders()), await protect(new Orders())];
    await rejection(one.instance.place());

    await expect(other.instance.place()).rejects.toBe(down);
    expect(one.events.map(({ operation }) => operation)).toContain('Orders.place');
  });

  it('rejects what would stop a boot', async () => {
    await expect(
      protect(new Misnamed(), { policies: { pay: { retry: { maxAttempts: 0 } } } }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [
        'policies.pay.retry.maxAttempts: expected an integer >= 1 (got 0)',
        expect.stringMatching(
          /^Misnamed\.charge: @Retryable names a policy that does not exist: .*did you mean 'network'\?$/,
        ),
      ],
    });
  });

  it('rejects an instance without a protected method', async () => {
    await expect(protect(new Plain())).rejects.toThrow('Plain has no protected method');
  });
});
