import type { BulkProgress, ResilienceService } from 'nestjs-holdfast';
import { RetriesLeft } from './retries.js';
import type { Screen } from './screen.js';

/** Shows four times a second where the run is, also while nothing moves. */
export class Watch {
  private progress: BulkProgress = { completed: 0, successful: 0, failed: 0, retries: 0 };
  private readonly start = performance.now();
  private readonly retriesLeft = new RetriesLeft();
  private readonly timer = setInterval(() => this.show(), 250);

  constructor(
    private readonly resilience: ResilienceService,
    private readonly screen: Screen,
  ) {}

  take(progress: BulkProgress): void {
    this.progress = progress;
  }

  end(): void {
    clearInterval(this.timer);
    this.show();
    this.screen.end();
  }

  private show(): void {
    const second = (performance.now() - this.start) / 1000;
    const stats = this.resilience.stats('sync');
    this.screen.show({
      progress: this.progress,
      retries: stats.retries,
      retriesLeft: this.retriesLeft.at(second, stats),
      breaker: this.resilience.breaker('sync').snapshot().state,
      second,
    });
  }
}
