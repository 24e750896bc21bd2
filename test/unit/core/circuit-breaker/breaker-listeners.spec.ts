import { createClassify } from '../../../../lib/core/classify/classify.js';
import { BreakerHandle } from '../../../../lib/core/circuit-breaker/breaker-handle.js';
import { Breaker } from '../../../../lib/core/circuit-breaker/breaker.js';
import { resolveCircuitBreaker } from '../../../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { Emitter } from '../../../../lib/core/events/emitter.js';
import { virtualClock } from '../../../support/virtual-policy.js';

/** A breaker of the policy `bank`, whose options hold listeners, in an engine. */
function breaker() {
  const heard: string[] = [];
  const engine = new Emitter();
  const policy = new Emitter(engine);
  const [charge, refund] = [new Emitter(policy), new Emitter(policy)];
  const emitters = { engine, policy, charge, refund };
  for (const [name, emitter] of Object.entries(emitters)) emitter.on('circuitOpened', () => heard.push(name));
  const context = { clock: virtualClock(), classify: createClassify([]), events: engine };
  const made = new Breaker('bank', resolveCircuitBreaker({}), context);
  return { made, heard, ...emitters, open: () => new BreakerHandle(made, undefined).open() };
}

describe('the listeners of a breaker', () => {
  it('are those of its users, of the policy above them and of the engine, each once', () => {
    const { made, heard, charge, refund, open } = breaker();
    made.join('bank', charge);
    made.join('bank', refund);
    open();

    expect(heard).toEqual(['charge', 'policy', 'refund', 'engine']);
    expect(made.policies).toEqual(['bank']);
  });

  it('are the engine’s alone where nobody uses it, or the engine itself does', () => {
    const { made, heard, engine, open } = breaker();
    made.join('bank', engine);
    open();
    made.release();

    expect(heard).toEqual(['engine']);
    expect(made.policies).toEqual(['bank']);
  });

  it('among its users’ old options go when options are given anew; the policy stays', () => {
    const { made, heard, charge, refund, open } = breaker();
    made.join('bank', charge);
    made.release();
    made.join('bank', refund);
    open();

    expect(heard).toEqual(['policy', 'refund', 'engine']);
    expect(made.policies).toEqual(['bank']);
  });
});
