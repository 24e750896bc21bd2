import type { Behaviour } from '../../../shared/dist/behaviour.js';

/** A phase of the script that the dependency follows. */
export interface Phase {
  readonly behaviour: Behaviour;
  readonly seconds: number;
  /** What a person watching should know. */
  readonly says: string;
}

export const script: readonly Phase[] = [
  { behaviour: 'healthy', seconds: 4, says: 'answers at once' },
  { behaviour: 'slow', seconds: 5, says: 'a third of the answers take 3 s' },
  { behaviour: 'failing', seconds: 6, says: 'half of the answers are 500' },
  { behaviour: 'limiting', seconds: 5, says: 'a third of the answers are 429, Retry-After 1 s' },
  { behaviour: 'down', seconds: 9, says: 'the process is gone, connections are refused' },
  { behaviour: 'healthy', seconds: 7, says: 'is back' },
];
