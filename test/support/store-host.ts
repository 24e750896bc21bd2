import type { StoreHost } from '../../lib/core/ports/state-store.js';
import { virtualClock } from './virtual-policy.js';

/** What an engine lends to a store, in virtual time, with what the store says. */
export function storeHost() {
  const clock = virtualClock();
  const said: string[] = [];
  const host: StoreHost = {
    clock,
    random: () => 0.5,
    diagnose: (message) => void said.push(message),
    unavailable: (error) => void said.push(`unavailable: ${String(error)}`),
    recovered: () => void said.push('recovered'),
  };
  return { host, clock, said };
}
