import { anyOf } from './options/any-of.js';
import { func } from './options/functions.js';
import { suggestion } from './options/nearest.js';
import { integer } from './options/numbers.js';
import type { Rule, Tree } from './options/object.js';
import type { Place } from './options/place.js';
import { implied, type Shape, withDefault } from './options/shape.js';
import { oneOf, string } from './options/words.js';

/**
 * Names the state that a call uses, beside the identity of the strategy: one circuit per tenant, one budget per host.
 *
 * `this` is the instance of the method, the arguments are those of the call. `undefined` means the unkeyed state.
 */
export type KeyFunction = (this: any, ...args: any[]) => string | undefined;

/** Whose state a strategy uses: one per operation, per service (class) or per policy. */
export type IdentityScope = 'operation' | 'service' | 'policy';

/**
 * Where a strategy keeps its state. Policies and operations with the same identity share it.
 *
 * The identity is the strategy, its `name` or else the name of its `scope`, and the key.
 */
export interface IdentityOptions {
  /**
   * Name of the state; all who give the same name share it. Cannot be given together with `scope`.
   *
   * @defaultValue the name of the scope
   */
  name?: string | false;
  /**
   * What the state belongs to: every operation has its own, all operations of a service (class) share one, or all
   * operations of the policy. Cannot be given together with `name`.
   *
   * @defaultValue `'operation'`
   */
  scope?: IdentityScope | false;
  /**
   * Divides the state further, by what this function makes of the call's arguments; a string names a resolver in
   * `keys` of `ResilienceModule.forRoot`. A function that throws or gives `undefined` means the unkeyed state.
   *
   * @defaultValue the policy's `key`
   */
  key?: KeyFunction | string | false;
  /**
   * How many keys are remembered; an integer of at least 1. Beyond it the least recently used go, quiet ones first.
   *
   * @defaultValue `10000`
   */
  maxKeys?: number;
}

/** {@link IdentityOptions} as the engine uses them. */
export interface IdentitySettings {
  readonly name?: string;
  readonly scope: IdentityScope;
  readonly key?: KeyFunction | string;
  readonly maxKeys: number;
  /**
   * The options that define the state, printed: two users of one state must agree on it. Absent where none was given,
   * as by a policy that only joins by name.
   */
  readonly signature?: string;
}

/** A key: a function, or the name of one that {@link Place.context} knows. */
export function keyShape(): Shape<KeyFunction | string> {
  const name: Shape<string> = { ...string(), resolve: checkName };
  return anyOf(func<KeyFunction>(), name);
}

function checkName(name: string, at: Place) {
  const { keyNames } = at.context;
  if (keyNames?.includes(name) === true) return name;
  const hint = keyNames === undefined ? '' : suggestion(name, keyNames);
  return at.expected(
    'a function, or the name of a resolver in `keys` of ResilienceModule.forRoot',
    name,
    hint,
  );
}

/** The options that every strategy with state has. */
export const identityFields = {
  name: string(),
  scope: implied(oneOf('operation', 'service', 'policy'), "'operation'", ({ name }) =>
    name ? undefined : 'operation',
  ),
  key: keyShape(),
  maxKeys: withDefault(integer({ min: 1 }), 10_000),
};

export const nameOrScope: Rule<typeof identityFields> = {
  keys: ['name', 'scope'],
  check({ name, scope }, at) {
    if (name === undefined || scope === undefined) return undefined;
    return at
      .at('name')
      .problem(`expected either a name or a scope, not both (got '${name}' and '${scope}')`);
  },
};

const identityNames: ReadonlySet<string> = new Set(['name', 'scope', 'key']);

/**
 * Prints what defines a state: all settings but the `personal` ones, which each user of the state may have its own way.
 * `undefined` where nothing of it was given.
 */
export function signatureOf(settings: object, given: Tree, personal: readonly string[]): string | undefined {
  const isDefining = ([key]: readonly [string, unknown]) =>
    !identityNames.has(key) && !personal.includes(key);
  if (!Object.entries(given).some((entry) => isDefining(entry) && entry[1] !== false)) return undefined;
  const defining = Object.entries(settings).filter((entry) => entry[1] !== undefined && isDefining(entry));
  // JSON knows no Infinity.
  return JSON.stringify(defining.sort(), (_key, value: unknown) => (value === Infinity ? 'Infinity' : value));
}
