import type { Interruption } from './interruption.js';

/** Hears of a caller's abort. */
export interface AbortWatcher {
  aborted(interruption: Interruption): void;
}

/**
 * One listener on each caller's signal, however many calls share it: a thousand calls cause no warning about
 * listeners, and the last one to end takes the listener away.
 */
class SignalHub {
  private readonly watchers = new Set<AbortWatcher>();
  private readonly onAbort: () => void;

  constructor(private readonly signal: AbortSignal) {
    this.onAbort = this.aborted.bind(this);
  }

  add(watcher: AbortWatcher): void {
    if (this.watchers.size === 0) this.signal.addEventListener('abort', this.onAbort);
    this.watchers.add(watcher);
  }

  remove(watcher: AbortWatcher): void {
    if (this.watchers.delete(watcher) && this.watchers.size === 0) {
      this.signal.removeEventListener('abort', this.onAbort);
    }
  }

  private aborted(): void {
    const interruption: Interruption = { kind: 'aborted', error: this.signal.reason };
    this.signal.removeEventListener('abort', this.onAbort);
    const watchers = [...this.watchers];
    this.watchers.clear();
    for (const watcher of watchers) watcher.aborted(interruption);
  }
}

const hubs = new WeakMap<AbortSignal, SignalHub>();

/** Calls `watcher.aborted` when the signal aborts, until {@link unwatch}. The signal must not be aborted already. */
export function watch(signal: AbortSignal, watcher: AbortWatcher): void {
  let hub = hubs.get(signal);
  if (hub === undefined) hubs.set(signal, (hub = new SignalHub(signal)));
  hub.add(watcher);
}

export function unwatch(signal: AbortSignal, watcher: AbortWatcher): void {
  hubs.get(signal)?.remove(watcher);
}
