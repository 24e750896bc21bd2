import { createPolicy, type NamedPolicyOptions } from '../../lib/core/create-policy.js';
import { Engine } from '../../lib/core/engine.js';
import type { EngineOptions } from '../../lib/core/engine-options.js';
import type { ResilienceEvent } from '../../lib/core/events/event-types.js';
import { resolvePolicy, type PolicyOptions } from '../../lib/core/policy-options.js';
import { Policy } from '../../lib/core/policy.js';
import type { BackoffOptions } from '../../lib/core/retry/backoff/backoff-options.js';
import { VirtualClock } from '../../lib/testing/virtual-clock.js';

/** 2026-01-01T00:00:00Z: where the wall clock of every test starts. */
export const EPOCH = Date.UTC(2026, 0, 1);

/** 1 s, 2 s, 4 s, … exactly. */
export const plainBackoff: BackoffOptions = { jitter: false };

/** No pause, so that a call with retries ends without the clock moving. */
export const noBackoff: BackoffOptions = { type: 'fixed', initialDelay: 0 };

export function virtualClock(): VirtualClock {
  return new VirtualClock({ epoch: EPOCH });
}

/** A policy in virtual time; randomness is always 0.5 unless given. */
export function virtualPolicy(options: NamedPolicyOptions, runtime: EngineOptions = {}) {
  const clock = virtualClock();
  const policy = createPolicy({ name: 'payments', ...options }, { clock, random: () => 0.5, ...runtime });
  return { policy, clock };
}

/** An engine in virtual time, for what several policies share. */
export function virtualEngine(runtime: EngineOptions = {}) {
  const clock = virtualClock();
  const engine = new Engine({ clock, random: () => 0.5, ...runtime });
  const policyOf = (name: string, options: PolicyOptions): Policy =>
    new Policy(engine, resolvePolicy(name, options));
  return { engine, clock, policyOf };
}

/** Every event of the policy from now on, in order. */
export function eventsOf(policy: Policy): ResilienceEvent[] {
  const events: ResilienceEvent[] = [];
  policy.events.onAny((event) => events.push(event));
  return events;
}

/** What a promise was rejected with; throws where it resolves. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new TypeError('expected a rejection');
}

/** Tells how a promise ends without leaving a rejection unobserved. */
export function watched<T>(promise: Promise<T>) {
  const state: { settled: boolean; value?: T; error?: unknown } = { settled: false };
  promise.then(
    (value) => Object.assign(state, { settled: true, value }),
    (error: unknown) => Object.assign(state, { settled: true, error }),
  );
  return state;
}
