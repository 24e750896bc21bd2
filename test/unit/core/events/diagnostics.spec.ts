import { createPolicy } from '../../../../lib/core/create-policy.js';
import { Engine } from '../../../../lib/core/engine.js';
import type { DiagnosticEvent } from '../../../../lib/core/events/event-types.js';
import { Policy } from '../../../../lib/core/policy.js';
import { resolvePolicy } from '../../../../lib/core/policy-options.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { VirtualClock } from '../../../../lib/testing/virtual-clock.js';

const fault = new Error('fault of user code');
const throws = (): never => {
  throw fault;
};

describe('diagnostic events', () => {
  it('reach the listeners of the policy concerned and those of the engine, once each', async () => {
    const engine = new Engine({ clock: new VirtualClock() });
    const diagnostics: [string, DiagnosticEvent][] = [];
    const settings = resolvePolicy('payments', { circuitBreaker: { recordOn: [throws] } });
    const policy = new Policy(engine, settings);
    const other = new Policy(engine, resolvePolicy('other', {}));
    engine.events.on('diagnostic', (event) => diagnostics.push(['engine', event]));
    policy.events.on('diagnostic', (event) => diagnostics.push(['payments', event]));
    other.events.on('diagnostic', (event) => diagnostics.push(['other', event]));

    await expect(
      policy.execute(scripted([new Error('down')]), { operation: 'Cards.charge' }),
    ).rejects.toThrow('down');

    expect(diagnostics.map(([to]) => to)).toEqual(['payments', 'engine']);
    expect(diagnostics[0]?.[1]).toMatchObject({
      type: 'diagnostic',
      source: 'recordOn',
      policy: 'payments',
      operation: 'Cards.charge',
      error: fault,
    });
  });

  it('tell of a listener that throws or rejects, once each, and the call is none the worse', async () => {
    const diagnostics: DiagnosticEvent[] = [];
    const policy = createPolicy({
      name: 'payments',
      on: { success: throws, attemptStarted: () => Promise.reject(fault) as never },
    });
    policy.events.on('diagnostic', (event) => diagnostics.push(event));
    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(diagnostics.map(({ source, message }) => [source, message])).toEqual([
      ['listener', 'a listener of "attemptStarted" failed'],
      ['listener', 'a listener of "success" failed'],
    ]);
    expect(diagnostics[0]).toMatchObject({ policy: 'payments', operation: 'payments', error: fault });
    expect(diagnostics[1]?.callId).toBe(diagnostics[0]?.callId);
  });

  it('are not told of a listener to diagnostics that fails itself', async () => {
    const listener = jest.fn(throws);
    const policy = createPolicy({ on: { diagnostic: listener, success: throws } });
    await policy.execute(() => 'fine');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('tell a policy without Nest of a classifier that fails, once for each error', async () => {
    const diagnostics: DiagnosticEvent[] = [];
    const policy = createPolicy(
      {
        on: { diagnostic: (event) => diagnostics.push(event) },
        circuitBreaker: {},
        retry: { maxAttempts: 1 },
      },
      { classifiers: [throws] },
    );
    await expect(policy.execute(scripted([new Error('down')]))).rejects.toThrow('down');
    expect(diagnostics).toEqual([expect.objectContaining({ source: 'classifier', error: fault })]);
  });

  it('cost nothing where nobody listens', async () => {
    const policy = createPolicy({ circuitBreaker: { recordOn: [throws] } });
    await expect(policy.execute(scripted([new Error('down')]))).rejects.toThrow('down');
  });
});

describe('the listeners of `on`', () => {
  it('hear each event of their policy once', async () => {
    const opened = jest.fn();
    const success = jest.fn();
    const policy = createPolicy({ circuitBreaker: {}, on: { circuitOpened: opened, success } });
    await policy.execute(() => 'fine');
    policy.breaker()?.open();
    expect(success).toHaveBeenCalledTimes(1);
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('hear nothing more once the policy is disposed of', async () => {
    const success = jest.fn();
    const policy = createPolicy({ on: { success } });
    await policy.dispose();
    await policy.execute(() => 'fine');
    expect(success).not.toHaveBeenCalled();
  });
});
