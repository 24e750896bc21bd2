import { issueLine, Place } from '../core/options/place.js';
import { INVALID } from '../core/options/invalid.js';
import { type PolicyOptions, type PolicySettings, policyShape } from '../core/policy-options.js';
import { fromOrigin } from './inheritance.js';
import type { Merged, Origin } from './merge.js';
import { toPlain } from './plain.js';

/** A policy, all sources taken together. */
export interface ResolvedPolicy {
  readonly name: string;
  /** What was given, in the users' form, shorthands expanded; frozen. */
  readonly options: PolicyOptions;
  /** Who gave it, by path: `retry.backoff.factor`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What the engine uses. */
  readonly settings: PolicySettings;
  /** What further layers go over. */
  readonly merged: Merged;
}

/** What resolving needs to know beside the options. */
export interface ResolveContext {
  /** What the paths of problems begin with. */
  readonly path: string;
  /** Names of the key resolvers. */
  readonly keyNames?: readonly string[] | undefined;
  readonly issues: string[];
}

/** Fills in defaults and checks rules between options; `undefined` where something is wrong, which is reported. */
export function resolveMerged(
  name: string,
  merged: Merged,
  context: ResolveContext,
): ResolvedPolicy | undefined {
  const { tree, origins } = merged;
  const { path, keyNames, issues } = context;
  const report = (where: string, problem: string) => {
    issues.push(
      issueLine([path, where].filter(Boolean).join('.'), problem + fromOrigin(originOf(origins, where))),
    );
  };
  const { extends: _resolved, ...own } = tree;
  const settings = policyShape.resolve(own, new Place('', report, { keyNames }));
  if (settings === INVALID) return undefined;
  return { name, options: toPlain(tree), origins, settings: Object.freeze({ name, ...settings }), merged };
}

/** Who gave an option, or else what it is in. */
function originOf(origins: ReadonlyMap<string, Origin>, path: string): Origin | undefined {
  for (
    let end = path.length;
    end > 0;
    end = Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1))
  ) {
    const origin = origins.get(path.slice(0, end));
    if (origin !== undefined) return origin;
  }
  return undefined;
}
