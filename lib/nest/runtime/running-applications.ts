import { ResilienceRuntime } from './resilience.runtime.js';

/** Of the applications in this process that have started and not ended, the newest last. */
const running = new Set<ResilienceRuntime>();

export function applicationStarted(runtime: ResilienceRuntime): void {
  running.add(runtime);
}

export function applicationEnded(runtime: ResilienceRuntime): void {
  running.delete(runtime);
}

/**
 * The application whose policy goes by this name, for places that no application has made: the one started last among
 * those that have it. Where none has it, the one started last; where none runs, one that has the presets alone.
 */
export function applicationWith(policy: string): ResilienceRuntime {
  const newestFirst = [...running].reverse();
  const having = newestFirst.find(({ policies }) => policies.has(policy));
  return having ?? newestFirst[0] ?? ResilienceRuntime.provisional();
}
