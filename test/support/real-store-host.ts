import type { StoreHost } from '../../lib/core/ports/state-store.js';
import { systemClock } from '../../lib/core/time/system-clock.js';

/** What a store is lent, and what it has said. */
export interface RecordedHost extends StoreHost {
  /** `'unavailable'` and `'recovered'`, each as often as it was told, repetitions left out. */
  readonly turns: string[];
  readonly diagnoses: string[];
}

export function realStoreHost(): RecordedHost {
  const turns: string[] = [];
  const diagnoses: string[] = [];
  const turn = (to: string): void => {
    if (turns.at(-1) !== to) turns.push(to);
  };
  return {
    turns,
    diagnoses,
    clock: systemClock,
    random: () => 0.5,
    diagnose: (message) => diagnoses.push(message),
    unavailable: () => turn('unavailable'),
    recovered: () => turn('recovered'),
  };
}
