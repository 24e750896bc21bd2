import { Engine, type EngineOptions } from './engine.js';
import { resolveOptions } from './options/resolve-options.js';
import { listening, Policy } from './policy.js';
import { namedPolicyShape, type PolicyOptions } from './policy-options.js';

/** Options of a policy that stands alone, with the name that events and metrics use. */
export interface NamedPolicyOptions extends Omit<PolicyOptions, 'extends'> {
  /** Not empty. @defaultValue `'policy'` */
  readonly name?: string;
}

/**
 * Makes a policy without Nest. It has an engine of its own: two policies, even from one object, share nothing.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) listing every fault of the options at once.
 *
 * @example
 * ```ts
 * const policy = createPolicy({ name: 'payments', retry: {}, circuitBreaker: {} });
 * await policy.execute((ctx) => fetch(url, { signal: ctx.signal }));
 * ```
 *
 * With a `store`, circuits go on where the last process left them; `await policy.dispose()` at the end writes the last
 * changes at once, which otherwise takes up to a second.
 *
 * @public
 */
export function createPolicy(options: NamedPolicyOptions, runtime: EngineOptions = {}): Policy {
  const keyNames = Object.keys(runtime.keys ?? {});
  const settings = resolveOptions(namedPolicyShape, options, '', { keyNames });
  const engine = new Engine(runtime);
  // The engine is this policy's alone: whatever it says concerns the policy's listeners.
  const events = listening(engine.events, settings.on);
  const policy = new Policy(engine, settings, undefined, events, () => engine.keeper?.close());
  void engine.keeper?.start();
  return policy;
}
