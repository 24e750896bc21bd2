import type { Tree } from '../core/options/object.js';
import { issueLine, Place } from '../core/options/place.js';
import { INVALID } from '../core/options/invalid.js';
import type { NodeShape } from '../core/options/shape.js';
import { type PolicySettings, policyShape } from '../core/policy-options.js';
import { printable } from '../core/printable.js';

/** Where options come from. */
export interface Source {
  /** As errors and `explain` call it: `code`, `RESILIENCE_NETWORK_TIMEOUT`, `@Retryable of PaymentsService.charge`. */
  readonly name: string;
  /** Whether errors leave the name out, for the path says it all. */
  readonly obvious?: boolean;
}

/** What one source says about one policy, checked and with its shorthands expanded. */
export interface Layer {
  readonly source: Source;
  readonly tree: Tree;
}

/** `, from RESILIENCE_NETWORK_TIMEOUT`, or nothing where the source is obvious. */
export function fromSource({ name, obvious }: Source): string {
  return obvious === true ? '' : `, from ${printable(name)}`;
}

/** A place whose problems name their source. */
export function placeOf(path: string, source: Source, issues: string[]): Place {
  return new Place(path, (where, problem) => issues.push(issueLine(where, problem + fromSource(source))));
}

/** Checks what one source says about one policy; `undefined` where it is no options at all. */
export function acceptLayer(
  options: unknown,
  source: Source,
  path: string,
  issues: string[],
): Layer | undefined {
  const tree = policyShape.accept(options ?? {}, placeOf(path, source, issues));
  return tree === INVALID ? undefined : { source, tree: tree as Tree };
}

/**
 * Options that go over a policy: a decorator's, those of `operations`, a call's. They cannot extend another policy; that
 * is for policies with a name.
 */
export const overridesShape: NodeShape<Omit<PolicySettings, 'name'>> = {
  ...policyShape,
  accept: withoutExtends,
};

function withoutExtends(options: unknown, at: Place): unknown {
  const accepted = policyShape.accept(options, at);
  if (accepted === INVALID || !('extends' in (accepted as Tree))) return accepted;
  const { extends: parent, ...tree } = accepted as Tree;
  at.at('extends').expected('only in policies that have a name', parent);
  return tree;
}

/** Checks options that go over a policy; `undefined` where they are no options at all. */
export function acceptOverrides(
  options: unknown,
  source: Source,
  path: string,
  issues: string[],
): Layer | undefined {
  const tree = overridesShape.accept(options ?? {}, placeOf(path, source, issues));
  return tree === INVALID ? undefined : { source, tree: tree as Tree };
}
