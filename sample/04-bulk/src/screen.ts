import { SingleBar } from 'cli-progress';
import type { BulkProgress, CircuitState } from 'nestjs-holdfast';

/** What the bar shows beside the progress. */
export interface Status {
  readonly progress: BulkProgress;
  /** Of all records, those under way included. */
  readonly retries: number;
  readonly retriesLeft: number;
  readonly breaker: CircuitState;
  readonly second: number;
}

/** Where the run is: a bar on a terminal, one plain line a second elsewhere. */
export interface Screen {
  show(status: Status): void;
  say(line: string): void;
  end(): void;
}

export function screenFor(total: number): Screen {
  return process.stdout.isTTY ? new BarScreen(total) : new LineScreen(total);
}

function describe({ progress, retries, retriesLeft, breaker, second }: Status, total: number): string {
  const { completed, failed } = progress;
  const pace = completed / Math.max(second, 0.001);
  const left = pace > 0 ? `${Math.ceil((total - completed) / pace)} s left` : '… left';
  return `${failed} failed  ${retries} retries, ${retriesLeft} left  breaker ${breaker}  ${left}`;
}

class LineScreen implements Screen {
  private shown = -1;

  constructor(private readonly total: number) {}

  show(status: Status): void {
    const second = Math.floor(status.second);
    if (second === this.shown && status.progress.completed < this.total) return;
    this.shown = second;
    const { completed } = status.progress;
    const percent = `${Math.floor((100 * completed) / this.total)} %`.padStart(5);
    const done = `${completed}/${this.total}`.padStart(9);
    console.log(`${String(second).padStart(3)}s ${percent} ${done}  ${describe(status, this.total)}`);
  }

  say(line: string): void {
    console.log(`── the dependency: ${line}`);
  }

  end(): void {}
}

class BarScreen implements Screen {
  private readonly bar = new SingleBar({
    format: '{bar} {percentage} %  {value}/{total}  {status}  │ {says}',
    barsize: 24,
    hideCursor: true,
    // Ctrl+C ends the run, and the run ends the bar.
    gracefulExit: false,
    noTTYOutput: false,
  });
  private says = '';

  constructor(private readonly total: number) {
    this.bar.start(total, 0, { status: '', says: '' });
  }

  show(status: Status): void {
    this.bar.update(status.progress.completed, { status: describe(status, this.total), says: this.says });
  }

  say(line: string): void {
    this.says = line;
  }

  end(): void {
    this.bar.stop();
  }
}
