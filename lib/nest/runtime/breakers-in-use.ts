import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import type { ResilienceRuntime } from './resilience.runtime.js';

/**
 * The breakers that calls may meet: without those that a reload has taken away from all that used them. Their state
 * stays, for they may come back.
 */
export function breakersInUse({ engine }: ResilienceRuntime): Breaker[] {
  return [...engine.breakers.all()].filter(({ name }) => engine.breakers.isClaimed(name));
}
