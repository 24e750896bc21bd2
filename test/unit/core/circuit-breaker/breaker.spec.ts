import { Breaker } from '../../../../lib/core/circuit-breaker/breaker.js';
import {
  resolveCircuitBreaker,
  type CircuitBreakerOptions,
} from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import type { Verdict } from '../../../../lib/core/circuit-breaker/permit.js';
import { Emitter } from '../../../../lib/core/events/emitter.js';
import { sample, StoppedClock, TestPermit } from '../../../support/circuit.js';

function testBreaker(options: CircuitBreakerOptions = {}) {
  const clock = new StoppedClock();
  const engineEvents = new Emitter();
  const context = { clock, classify: () => 'unknown' as const, events: engineEvents };
  const breaker = new Breaker('cards', resolveCircuitBreaker(options), context);
  const circuit = breaker.circuits.get(undefined);
  const enter = (): TestPermit => {
    const permit = new TestPermit();
    if (!circuit.enter(permit)) throw new TypeError(`refused while ${circuit.state}`);
    return permit;
  };
  const record = (...verdicts: Verdict[]): void => {
    for (const verdict of verdicts) circuit.leave(enter(), sample(verdict));
  };
  const change = (changed: CircuitBreakerOptions): void =>
    breaker.reconfigure(resolveCircuitBreaker(changed));
  return { breaker, circuit, clock, engineEvents, enter, record, change };
}

describe('Breaker', () => {
  describe('events', () => {
    /** Listeners of the engine, of a policy's name, and of the options of one of its policies. */
    function layered() {
      const heard: string[] = [];
      const { breaker, circuit, engineEvents } = testBreaker();
      const named = new Emitter(engineEvents);
      const own = new Emitter(named);
      engineEvents.on('circuitOpened', () => heard.push('engine'));
      named.on('circuitOpened', () => heard.push('name'));
      own.on('circuitOpened', () => heard.push('options'));
      const open = (): string[] => {
        heard.length = 0;
        circuit.close();
        circuit.open();
        return heard;
      };
      return { breaker, engineEvents, named, own, open };
    }

    it('reach the engine’s listeners where nobody uses the breaker yet', () => {
      const { open } = layered();
      expect(open()).toEqual(['engine']);
    });

    it('reach every listener once, however many users stand above one another', () => {
      const { breaker, engineEvents, named, own, open } = layered();
      breaker.join('payments', own);
      breaker.join('payments', named);
      breaker.join('payments', own);
      breaker.join('payments', engineEvents);
      expect(open()).toEqual(['options', 'name', 'engine']);
    });

    it('no longer reach the listeners of options that are being given anew', () => {
      const { breaker, own, open } = layered();
      breaker.join('payments', own);
      breaker.release();
      expect(open()).toEqual(['name', 'engine']);
      expect(breaker.policies).toEqual(['payments']);
    });
  });

  it('tells its own name and its first user where no call caused the change', () => {
    const { breaker, circuit, engineEvents } = testBreaker();
    const events: unknown[] = [];
    engineEvents.onAny((event) => events.push(event));
    circuit.open();
    breaker.join('payments', new Emitter());
    circuit.close();
    expect(events).toEqual([
      expect.objectContaining({ policy: '', operation: 'cards', callId: '' }),
      expect.objectContaining({ policy: 'payments', operation: 'cards', callId: '' }),
    ]);
  });

  describe('under other options', () => {
    it('loses no consecutive failures', () => {
      const { circuit, record, change } = testBreaker({ failureThreshold: 9 });
      record('failure', 'failure');
      change({ failureThreshold: 3 });
      expect(circuit.state).toBe('closed');
      record('failure');
      expect(circuit.state).toBe('open');
    });

    it('keeps the newest samples of a count window', () => {
      const { circuit, record, change } = testBreaker({
        failureRatio: 1,
        window: { type: 'count', size: 5 },
      });
      record('failure', 'success', 'failure', 'failure', 'success');
      change({ failureRatio: 1, window: { type: 'count', size: 3 } });
      expect(circuit.figures()).toEqual({ failures: 2, successes: 1, failureRatio: 2 / 3 });
    });

    it('starts another kind of window empty', () => {
      const { circuit, record, change } = testBreaker({ failureRatio: 1 });
      record('failure', 'failure');
      change({ failureRatio: 1, window: { type: 'time' } });
      record('success');
      expect(circuit.figures()).toEqual({ failures: 0, successes: 1, failureRatio: 0 });
    });

    it('reaches a smaller number of probes as they end', () => {
      const { circuit, clock, enter, change } = testBreaker({ halfOpenMaxCalls: 3 });
      circuit.open();
      clock.time = 60_000;
      const probes = [enter(), enter(), enter()];
      change({ halfOpenMaxCalls: 1, successThreshold: 9 });
      const leave = (): void => circuit.leave(probes.pop() ?? new TestPermit(), sample('success'));
      leave();
      leave();
      expect(enter).toThrow('refused while halfOpen');
      leave();
      expect(enter()).toMatchObject({ lease: { expiresAt: 90_000 } });
    });

    it('stays open as long as it was told, and takes the new reset timeout from the next time on', () => {
      const { circuit, clock, change, record } = testBreaker({ failureThreshold: 1 });
      record('failure');
      change({ failureThreshold: 1, resetTimeout: '1s' });
      expect(circuit.openUntil).toBe(60_000);
      clock.time = 60_000;
      record('failure');
      expect(circuit.openUntil).toBe(61_500);
    });

    it('reaches a smaller number of keys with the next one', () => {
      const { breaker, change } = testBreaker({ maxKeys: 5 });
      for (const key of ['a', 'b', 'c', 'd', 'e']) breaker.circuits.get(key);
      change({ maxKeys: 2 });
      breaker.circuits.get('f');
      expect(breaker.snapshots().map(({ key }) => key)).toEqual([undefined, 'e', 'f']);
    });
  });
});
