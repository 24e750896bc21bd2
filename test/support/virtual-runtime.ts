import type { ModuleOptions } from '../../lib/config/module-options.js';
import { ResilienceRuntime } from '../../lib/nest/runtime/resilience.runtime.js';
import { virtualClock } from './virtual-policy.js';

/** What an application has at its heart, without the application, in virtual time; randomness is always 0.5. */
export function virtualRuntime(options: ModuleOptions = {}) {
  const clock = virtualClock();
  const runtime = ResilienceRuntime.from({ clock, random: () => 0.5, ...options }, () => ({
    found: false,
    read: () => undefined,
  }));
  return { runtime, clock, policy: (name: string) => runtime.policies.policy(name) };
}
