import type { ResilienceEvent } from '../../core/events/event-types.js';
import type { TimerHandle } from '../../core/time/clock.js';
import type { ResilienceInspection } from '../../nest/inspection/resilience-inspection.js';
import { frequentTypes } from './shown-event.js';
import { readTargets, type Target } from './targets.js';
import { Traffic } from './traffic.js';

const SECOND_MS = 1000;

/** What has changed since a second ago, by the ids of rows. */
export interface Figures {
  readonly at: number;
  /** Rows that are not among them are as they were. */
  readonly changed: Readonly<Record<string, Target>>;
  readonly gone: readonly string[];
}

/** All rows as the last {@link Figures} left them. */
export interface State {
  readonly at: number;
  readonly targets: Readonly<Record<string, Target>>;
}

/** What somebody who comes is told first, beside the rows. */
export interface Greeting {
  readonly readOnly: boolean;
}

/** Who is told. */
export interface Watcher {
  happened(event: ResilienceEvent): void;
  secondOver(figures: Figures): void;
}

/** Listens and measures while somebody watches. */
export class Watch {
  private readonly traffic: Traffic;
  private readonly offs: readonly (() => void)[];
  private targets: ReadonlyMap<string, Target>;
  /** The same as texts, to see what has changed. */
  private texts: ReadonlyMap<string, string>;
  private at: number;
  private timer: TimerHandle;

  constructor(
    private readonly inspection: ResilienceInspection,
    private readonly watcher: Watcher,
  ) {
    const { events, clock } = inspection;
    this.traffic = new Traffic(events);
    this.offs = frequentTypes.map((type) =>
      events.on(type, (event) => {
        // `callRejected` tells it already.
        if (event.type !== 'failure' || event.outcome !== 'rejected') watcher.happened(event);
      }),
    );
    this.targets = readTargets(inspection, this.traffic);
    this.texts = textsOf(this.targets);
    this.at = clock.epoch();
    this.wait();
  }

  /** What who comes now begins with: the figures of the second under way are not complete yet. */
  state(): State {
    return { at: this.at, targets: Object.fromEntries(this.targets) };
  }

  stop(): void {
    this.inspection.clock.clearTimer(this.timer);
    for (const off of this.offs) off();
    this.traffic.stop();
  }

  private wait(): void {
    const { clock } = this.inspection;
    this.timer = clock.setTimer({ expire: () => this.measure() }, SECOND_MS);
  }

  private measure(): void {
    this.wait();
    const { texts: before } = this;
    this.at = this.inspection.clock.epoch();
    this.targets = readTargets(this.inspection, this.traffic);
    this.texts = textsOf(this.targets);
    this.traffic.nextSecond();
    const changed = [...this.targets].filter(([id]) => before.get(id) !== this.texts.get(id));
    const gone = [...before.keys()].filter((id) => !this.targets.has(id));
    this.watcher.secondOver({ at: this.at, changed: Object.fromEntries(changed), gone });
  }
}

function textsOf(targets: ReadonlyMap<string, Target>): ReadonlyMap<string, string> {
  return new Map(Array.from(targets, ([id, target]) => [id, JSON.stringify(target)]));
}
