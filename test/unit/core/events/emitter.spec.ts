import { Emitter } from '../../../../lib/core/events/emitter.js';
import { bitOf, EVERY_EVENT } from '../../../../lib/core/events/event-mask.js';
import { eventTypes, type ResilienceEvent } from '../../../../lib/core/events/event-types.js';

const base = { policy: 'payments', operation: 'Payments.charge', at: 1, callId: 'call-1' };
const success: ResilienceEvent = { ...base, type: 'success', attempt: 1 };
const diagnostic: ResilienceEvent = { ...base, type: 'diagnostic', source: 'key', message: 'it threw' };

function heard() {
  const log: string[] = [];
  return { log, say: (what: string) => () => void log.push(what) };
}

describe('Emitter', () => {
  it('delivers to the listeners of the type in order of subscription, then to those of every type', () => {
    const { log, say } = heard();
    const emitter = new Emitter();
    emitter.onAny(say('any 1'));
    emitter.on('success', say('first'));
    emitter.on('failure', say('of another type'));
    emitter.on('success', say('second'));
    emitter.onAny(say('any 2'));
    emitter.emit(success);
    expect(log).toEqual(['first', 'second', 'any 1', 'any 2']);
  });

  it('hands every listener the same event', () => {
    const events: unknown[] = [];
    const emitter = new Emitter();
    emitter.on('success', (event) => events.push(event));
    emitter.onAny((event) => events.push(event));
    emitter.emit(success);
    expect(events).toEqual([success, success]);
    expect(events[0]).toBe(events[1]);
  });

  it('calls a function as often as it was subscribed, and each subscription ends by itself', () => {
    const listener = jest.fn();
    const emitter = new Emitter();
    const off = emitter.on('success', listener);
    emitter.on('success', listener);
    emitter.emit(success);
    expect(listener).toHaveBeenCalledTimes(2);
    off();
    off();
    emitter.emit(success);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('delivers an event to those who listened when it was emitted', () => {
    const { log, say } = heard();
    const emitter = new Emitter();
    emitter.on('success', () => {
      offLater();
      emitter.on('success', say('newcomer'));
    });
    const offLater = emitter.on('success', say('later'));
    emitter.emit(success);
    expect(log).toEqual(['later']);
    emitter.emit(success);
    expect(log).toEqual(['later', 'newcomer']);
  });

  it('delivers to nobody once it is cleared', () => {
    const listener = jest.fn();
    const emitter = new Emitter();
    emitter.on('success', listener);
    emitter.onAny(listener);
    emitter.clear();
    emitter.emit(success);
    expect(listener).not.toHaveBeenCalled();
    expect(emitter.mask).toBe(0);
  });

  describe('mask', () => {
    it('has one bit of its own for each type', () => {
      const bits = eventTypes.map(bitOf);
      expect(new Set(bits).size).toBe(eventTypes.length);
      expect(bits.reduce((sum, bit) => sum | bit, 0)).toBe(EVERY_EVENT);
      expect(eventTypes.length).toBeLessThan(31);
    });

    it('has no bit for a type that does not exist', () => {
      expect(bitOf('applause' as never)).toBe(0);
    });

    it('holds a bit while somebody listens to its type', () => {
      const emitter = new Emitter();
      expect(emitter.mask).toBe(0);
      const offSuccess = emitter.on('success', () => undefined);
      const offFailure = emitter.on('failure', () => undefined);
      const offAgain = emitter.on('failure', () => undefined);
      expect(emitter.mask).toBe(bitOf('success') | bitOf('failure'));
      offFailure();
      expect(emitter.wants('failure')).toBe(true);
      offAgain();
      offSuccess();
      expect(emitter.wants('failure')).toBe(false);
      expect(emitter.mask).toBe(0);
    });

    it('holds every bit while somebody listens to everything', () => {
      const emitter = new Emitter();
      const off = emitter.onAny(() => undefined);
      expect(emitter.mask).toBe(EVERY_EVENT);
      off();
      expect(emitter.mask).toBe(0);
    });

    it('holds the bits of the parent', () => {
      const parent = new Emitter();
      const child = new Emitter(parent);
      child.on('success', () => undefined);
      const off = parent.on('failure', () => undefined);
      expect(child.mask).toBe(bitOf('success') | bitOf('failure'));
      expect(parent.mask).toBe(bitOf('failure'));
      off();
      expect(child.wants('failure')).toBe(false);
    });
  });

  describe('when it has a parent', () => {
    it('tells its own listeners, then the parent, once each', () => {
      const { log, say } = heard();
      const parent = new Emitter();
      const child = new Emitter(parent);
      parent.onAny(say('parent'));
      child.on('success', say('child'));
      child.emit(success);
      expect(log).toEqual(['child', 'parent']);
    });

    it('tells those further up, too, and holds their bits', () => {
      const { log, say } = heard();
      const grandparent = new Emitter();
      const parent = new Emitter(grandparent);
      const child = new Emitter(parent);
      grandparent.on('success', say('grandparent'));
      parent.on('failure', say('parent'));
      child.emit(success);
      expect(log).toEqual(['grandparent']);
      expect(child.mask).toBe(bitOf('success') | bitOf('failure'));
    });

    it('does not hear what the parent emits, nor tell it what is meant for its own listeners', () => {
      const { log, say } = heard();
      const parent = new Emitter();
      const child = new Emitter(parent);
      parent.onAny(say('parent'));
      child.onAny(say('child'));
      parent.emit(success);
      child.emitHere(success);
      expect(log).toEqual(['parent', 'child']);
    });
  });

  it('tells those further up, level by level', () => {
    const { log, say } = heard();
    const top = new Emitter();
    const middle = new Emitter(top);
    const bottom = new Emitter(middle);
    top.onAny(say('top'));
    middle.onAny(say('middle'));
    bottom.onAny(say('bottom'));
    bottom.emit(success);
    expect(log).toEqual(['bottom', 'middle', 'top']);
    expect(new Emitter(new Emitter(top)).wants('success')).toBe(true);
  });

  describe('when a listener fails', () => {
    it('tells the others all the same, and reports the fault once with the emitter it happened in', () => {
      const { log, say } = heard();
      const faults: unknown[][] = [];
      const parent = new Emitter(undefined, (...fault) => faults.push(fault));
      const child = new Emitter(parent);
      const fault = new Error('listener');
      child.on('success', () => {
        throw fault;
      });
      child.on('success', say('child'));
      parent.on('success', say('parent'));
      child.emit(success);
      expect(log).toEqual(['child', 'parent']);
      expect(faults).toEqual([[fault, success, child]]);
      expect(faults[0]?.[2]).toBe(child);
    });

    it('reports a rejection of what it returns, be it a promise or a thenable', async () => {
      const faults: unknown[] = [];
      const emitter = new Emitter(undefined, (error) => faults.push(error));
      emitter.on('success', () => Promise.reject(new Error('promise')) as never);
      const thenable = { then: (_: unknown, reject: (error: unknown) => void) => reject('thenable') };
      emitter.on('success', () => thenable as unknown as void);
      emitter.emit(success);
      await Promise.resolve();
      expect(faults).toEqual(['thenable', new Error('promise')]);
    });

    it('harms nobody where nobody is told of faults', () => {
      const emitter = new Emitter();
      emitter.onAny(() => {
        throw new Error('listener');
      });
      expect(() => emitter.emit(diagnostic)).not.toThrow();
    });
  });
});
