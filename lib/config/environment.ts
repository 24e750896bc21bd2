import { nearest } from '../core/options/nearest.js';
import { joinPath, type Place } from '../core/options/place.js';
import { INVALID } from '../core/options/invalid.js';
import { isRemovable, type Shape } from '../core/options/shape.js';
import { boolean } from '../core/options/words.js';
import {
  enabledVariable,
  type EnvironmentOption,
  environmentOptions,
  environmentPrefix,
} from './environment-names.js';
import { acceptLayer, type Layer, placeOf } from './layer.js';

/** Looks a variable up: `(name) => configService.get(name)`, or of `process.env`. */
export type ReadVariable = (name: string) => unknown;

/**
 * Reads single values of the given policies, each a layer of its own that is named like its variable.
 *
 * Text is read by its option's type; what is blank is not given. What a loader has made a number or boolean already is
 * taken as it is. Two policies that share a variable are reported.
 */
export function readEnvironment(
  policies: readonly string[],
  read: ReadVariable,
  issues: string[],
): ReadonlyMap<string, readonly Layer[]> {
  const layers = new Map<string, Layer[]>(policies.map((name) => [name, []]));
  const options = environmentOptions(policies);
  reportClashes(options, issues);
  for (const option of options) {
    const layer = readLayer(option, read(option.variable), issues);
    if (layer !== undefined) layers.get(option.policy)?.push(layer);
  }
  return layers;
}

/** What `RESILIENCE_ENABLED` says; `undefined` where it says nothing. */
export function readEnabled(read: ReadVariable, issues: string[]): boolean | undefined {
  const value = given(read(enabledVariable));
  if (value === undefined) return undefined;
  const at = placeOf('enabled', { name: enabledVariable }, issues);
  const parsed = fromText(boolean(), value, at);
  const enabled = parsed === INVALID ? INVALID : boolean().accept(parsed, at);
  return enabled === INVALID ? undefined : (enabled as boolean);
}

/** A variable that begins like ours and is none of them. */
export interface UnknownVariable {
  readonly variable: string;
  /** The most similar one that is read. */
  readonly nearest: string;
}

/** Finds variables in an environment, such as `process.env`, that look as if they were meant for these policies. */
export function unknownVariables(
  policies: readonly string[],
  environment: object,
): readonly UnknownVariable[] {
  const known = [enabledVariable, ...environmentOptions(policies).map(({ variable }) => variable)];
  const names = new Set(known);
  return Object.keys(environment)
    .filter((variable) => variable.startsWith(environmentPrefix) && !names.has(variable))
    .map((variable) => ({ variable, nearest: nearest(variable, known) ?? enabledVariable }));
}

/** Finds the variables in an environment that give these policies an option. */
export function knownVariables(policies: readonly string[], environment: object): readonly string[] {
  const known = environmentOptions(policies).map(({ variable }) => variable);
  return known.filter((variable) => given((environment as Record<string, unknown>)[variable]) !== undefined);
}

function readLayer(option: EnvironmentOption, raw: unknown, issues: string[]): Layer | undefined {
  const { variable, policy, keys, shape } = option;
  const value = given(raw);
  if (value === undefined) return undefined;
  const source = { name: variable };
  const path = joinPath('policies', policy);
  const parsed = fromText(shape, value, placeOf(`${path}.${keys.join('.')}`, source, issues));
  if (parsed === INVALID) return undefined;
  const options = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), parsed);
  return acceptLayer(options, source, path, issues);
}

/** What a variable says; `undefined` where it is blank. */
export function given(raw: unknown): unknown {
  const value = typeof raw === 'string' ? raw.trim() : raw;
  return value === '' || value === null ? undefined : value;
}

/** Text by the option's type; anything else is left to the check that all sources go through. */
function fromText(shape: Shape<unknown>, value: unknown, at: Place): unknown {
  if (typeof value !== 'string') return value;
  if (value.toLowerCase() === 'false' && isRemovable(shape)) return false;
  const parsed = shape.parse?.(value);
  return parsed === undefined
    ? at.expected(shape.parse === undefined ? 'false' : shape.expected, value)
    : parsed;
}

function reportClashes(options: readonly EnvironmentOption[], issues: string[]): void {
  const owners = new Map<string, string>();
  const reported = new Set<string>();
  for (const { variable, policy } of options) {
    const owner = owners.get(variable) ?? policy;
    owners.set(variable, owner);
    const pair = JSON.stringify([owner, policy]);
    if (owner === policy || reported.has(pair)) continue;
    reported.add(pair);
    issues.push(
      `${joinPath('policies', policy)}: reads the same variables as '${owner}', such as ${variable}; rename one`,
    );
  }
}
