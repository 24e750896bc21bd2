import type { LoggingKey } from '../../core/logging-options.js';
import type { LineLimiter } from './line-limiter.js';
import { levelsOver, loggingKeys, type GivenLogging, type Voice } from './voice.js';

interface KnownVoice extends Voice {
  /** What it was made of: the same again leaves the voice, and what it has counted, as it is. */
  readonly given: string;
  /** The limiter is its own, not the module's. */
  readonly limited: boolean;
}

interface VoicesOfPolicy {
  own: KnownVoice | undefined;
  readonly operations: Map<string, KnownVoice>;
}

/** Policies that speak otherwise than the module, and operations that speak otherwise than their policy. */
export class PolicyVoices {
  private readonly policies = new Map<string, VoicesOfPolicy>();

  constructor(
    private readonly module: Voice,
    private readonly limiter: (maxPerSecond: number) => LineLimiter,
  ) {}

  /** The voice of an event. */
  of(policy: string, operation: string): Voice {
    const voices = this.policies.get(policy);
    return voices?.operations.get(operation) ?? voices?.own ?? this.module;
  }

  /** What a policy gives. */
  setPolicy(policy: string, given: GivenLogging): void {
    const voices = this.voicesOf(policy);
    voices.own = this.changed(voices.own, given);
  }

  /** What an operation's policy gives, with all that decorators and configuration put over it. */
  setOperation(policy: string, operation: string, given: GivenLogging): void {
    const { operations } = this.voicesOf(policy);
    const voice = this.changed(operations.get(operation), given);
    if (voice === undefined) operations.delete(operation);
    else operations.set(operation, voice);
  }

  /** Whether anything under this policy makes lines of this event. */
  wants(policy: string, key: LoggingKey): boolean {
    return this.all(policy).some(({ levels }) => levels[key] !== false);
  }

  /** Reports what is held back. */
  close(): void {
    for (const policy of this.policies.keys()) for (const { limiter } of this.all(policy)) limiter.close();
  }

  private all(policy: string): KnownVoice[] {
    const voices = this.voicesOf(policy);
    return [...(voices.own === undefined ? [] : [voices.own]), ...voices.operations.values()];
  }

  private voicesOf(policy: string): VoicesOfPolicy {
    let voices = this.policies.get(policy);
    if (voices === undefined) this.policies.set(policy, (voices = { own: undefined, operations: new Map() }));
    return voices;
  }

  private changed(before: KnownVoice | undefined, given: GivenLogging): KnownVoice | undefined {
    const text = JSON.stringify(given);
    if (before?.given === text) return before;
    if (before?.limited === true) before.limiter.close();
    return given === undefined ? undefined : this.voice(given, text);
  }

  private voice(given: Exclude<GivenLogging, undefined>, text: string): KnownVoice {
    const maxPerSecond = given === false ? undefined : given.maxPerSecond;
    const limited = maxPerSecond !== undefined;
    return {
      levels: levelsOver(this.module.levels, given),
      limiter: limited ? this.limiter(maxPerSecond) : this.module.limiter,
      given: text,
      limited,
    };
  }
}

/** Whether two say the same. */
export function sameLogging(one: GivenLogging, other: GivenLogging): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Keys that the module itself is silent about: policies that are not are listened to one by one. */
export function silentKeys({ levels }: Voice): readonly LoggingKey[] {
  return loggingKeys.filter((key) => levels[key] === false);
}
