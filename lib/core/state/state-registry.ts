import { ResilienceConfigError } from '../errors/config-error.js';

/** State that outlives a policy object: it belongs to a name, not to options. */
export interface SharedState<S> {
  readonly name: string;
  readonly settings: S;
  /** Takes over other options without losing what was counted. */
  reconfigure(settings: S): void;
  /** Its options are about to be given anew. */
  release?(): void;
}

interface Entry<S> {
  readonly state: SharedState<S>;
  /** Where the options in force were given; `undefined` while only joiners have been seen. */
  definedBy: string | undefined;
  signature: string | undefined;
  /** Somebody has asked for it since the options were given last. */
  isClaimed: boolean;
  /** What those say who only join, once the options are to be given anew: it holds where nobody gives any. */
  joining: S | undefined;
}

/** What a policy brings along when it asks for state. */
export interface Claim<S> {
  readonly name: string;
  readonly settings: S;
  /** The options that define the state, printed; `undefined` for a policy that only joins by name. */
  readonly signature: string | undefined;
  /** Who asks, for the message of a conflict. */
  readonly place: string;
}

/**
 * All state of one strategy, by identity.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) when two places define the state of one name differently; both are
 * named.
 */
export class StateRegistry<S, T extends SharedState<S>> {
  private readonly entries = new Map<string, Entry<S> & { readonly state: T }>();

  constructor(
    private readonly strategy: string,
    private readonly create: (name: string, settings: S) => T,
  ) {}

  claim(claim: Claim<S>): T {
    const known = this.entries.get(claim.name);
    if (known === undefined) return this.add(claim);
    known.isClaimed = true;
    if (claim.signature === undefined) known.joining ??= claim.settings;
    if (claim.signature === undefined || claim.signature === known.signature) return known.state;
    if (known.definedBy !== undefined && known.definedBy !== claim.place)
      throw this.conflict(known.definedBy, claim);
    known.definedBy = claim.place;
    known.signature = claim.signature;
    known.state.reconfigure(claim.settings);
    return known.state;
  }

  get(name: string): T | undefined {
    return this.entries.get(name)?.state;
  }

  /** Whether a policy has asked for this state since the definitions were released, or ever, if they never were. */
  isClaimed(name: string): boolean {
    return this.entries.get(name)?.isClaimed === true;
  }

  *all(): Iterable<T> {
    for (const entry of this.entries.values()) yield entry.state;
  }

  /** Forgets who defined what, so that a reload may define it anew; the state stays. */
  releaseDefinitions(): void {
    for (const entry of this.entries.values()) {
      entry.definedBy = undefined;
      entry.signature = undefined;
      entry.isClaimed = false;
      entry.joining = undefined;
      entry.state.release?.();
    }
  }

  /** All who use state have asked for it: what nobody has defined since the release is as those want it who joined. */
  settleDefinitions(): void {
    for (const { state, definedBy, joining } of this.entries.values())
      if (definedBy === undefined && joining !== undefined) state.reconfigure(joining);
  }

  private add(claim: Claim<S>): T {
    const state = this.create(claim.name, claim.settings);
    const definedBy = claim.signature === undefined ? undefined : claim.place;
    const { name, settings, signature } = claim;
    const joining = signature === undefined ? settings : undefined;
    this.entries.set(name, { state, definedBy, signature, isClaimed: true, joining });
    return state;
  }

  private conflict(first: string, claim: Claim<S>): ResilienceConfigError {
    return new ResilienceConfigError({
      issues: [
        `${this.strategy} "${claim.name}" is defined twice with different options: by ${first} and by ${claim.place}; ` +
          'give one of them another `name`, or leave only `name` in one so that it joins the other',
      ],
    });
  }
}
