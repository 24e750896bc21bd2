import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from '../../shared/dist/behaviour.js';
import type { Dependency } from '../../shared/dist/dependency.js';

interface Phase {
  /** Begins when this share of the records has been sent. */
  readonly from: number;
  readonly behaviour: Behaviour;
  readonly says: string;
}

const phases: readonly Phase[] = [
  { from: 0.15, behaviour: 'limiting', says: 'a third of the answers are 429, Retry-After 1 s' },
  { from: 0.25, behaviour: 'healthy', says: 'answers as it should' },
  { from: 0.5, behaviour: 'down', says: 'the process is gone, connections are refused' },
  { from: 0.7, behaviour: 'slow', says: 'a third of the answers take 3 s' },
  { from: 0.75, behaviour: 'healthy', says: 'answers as it should' },
];

/** While it is gone nothing is sent that could bring it back. */
const DOWN_MS = 2000;

/** Makes the dependency what it is in the field: it follows its script as the run goes on. */
export class Trouble {
  private next = 0;
  private readonly over = new AbortController();
  /** The phase that is being brought about; the next one waits for it. */
  private begun: Promise<void> | undefined;

  constructor(
    private readonly dependency: Dependency,
    private readonly say: (line: string) => void,
  ) {}

  /** @param share - of the records that have been sent */
  follow(share: number): void {
    const phase = phases[this.next];
    if (this.begun !== undefined || phase === undefined || share < phase.from) return;
    this.next++;
    this.say(phase.says);
    this.begun = this.begin(phase.behaviour).finally(() => {
      this.begun = undefined;
    });
  }

  /** Nothing happens to it any more. */
  async end(): Promise<void> {
    this.over.abort();
    await this.begun;
  }

  private async begin(behaviour: Behaviour): Promise<void> {
    await this.dependency.become(behaviour);
    if (behaviour !== 'down') return;
    await delay(DOWN_MS, undefined, { signal: this.over.signal }).catch(() => undefined);
    if (this.over.signal.aborted) return;
    this.say('is back');
    await this.dependency.become('healthy');
  }
}
