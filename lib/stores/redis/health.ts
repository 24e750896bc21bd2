import type { StoreHost } from '../../core/ports/state-store.js';

/** The connection itself, beside what is asked over it. */
export const CONNECTION = 'connection';

/**
 * What fails at present: the connection, or one kind of command, as where an access list forbids it. The first failure is
 * told to the engines, and the end of the last one.
 */
export class Health {
  private readonly failing = new Set<string>();

  constructor(private readonly hosts: Iterable<StoreHost>) {}

  /** Whether commands are sent at all. */
  get isConnected(): boolean {
    return !this.failing.has(CONNECTION);
  }

  failed(kind: string, error: unknown): void {
    this.failing.add(kind);
    // An engine that came later has not heard of it: each tells it once for itself.
    for (const host of this.hosts) host.unavailable(error);
  }

  succeeded(kind: string): void {
    const before = this.failing.size;
    if (before === 0) return;
    this.failing.delete(CONNECTION);
    this.failing.delete(kind);
    if (this.failing.size > 0) return;
    for (const host of this.hosts) host.recovered();
  }
}
