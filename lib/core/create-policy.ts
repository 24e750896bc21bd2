import { Engine } from './engine.js';
import { type EngineOptions, engineShape } from './engine-options.js';
import { ResilienceConfigError } from './errors/config-error.js';
import { isOptionsObject, ownKeys, readMember } from './options/foreign-object.js';
import { readOptions } from './options/resolve-options.js';
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
 * @param runtime - what the policy uses in place of the system's clock, of `Math.random` and so on
 * @throws ResilienceConfigError (`CONFIG_INVALID`) listing every fault of both arguments at once; those of the second one
 *   begin with `runtime`.
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
  const issues: string[] = [];
  const given = readOptions(engineShape, { options: runtime, path: 'runtime' }, issues);
  const context = { keyNames: namesOfKeys(runtime) };
  const settings = readOptions(namedPolicyShape, { options, context }, issues);
  if (given === undefined || settings === undefined) throw new ResilienceConfigError({ issues });
  const engine = new Engine(given);
  // The engine is this policy's alone: whatever it says concerns the policy's listeners.
  const events = listening(engine.events, settings.on);
  const policy = new Policy(engine, settings, undefined, events, () => engine.keeper?.close());
  void engine.keeper?.start();
  return policy;
}

/** The names of all key resolvers, of faulty ones, too: an option that names one of those is not wrong as well. */
function namesOfKeys(runtime: unknown): readonly string[] {
  const keys = isOptionsObject(runtime) ? readMember(runtime, 'keys') : undefined;
  return isOptionsObject(keys) ? (ownKeys(keys) ?? []) : [];
}
