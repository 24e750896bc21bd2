import path from 'node:path';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import type { CircuitChange, CircuitRecord } from '../../core/ports/circuit-record.js';
import type { StateStore, StoreHost } from '../../core/ports/state-store.js';
import { leaveFile, useFile } from './open-files.js';
import type { StateFile } from './state-file.js';

/** Signs of life for processes on other machines that would use the file. */
const RENEW_MS = 15_000;

/** Options of {@link FileStateStore}. */
export interface FileStateStoreOptions {
  /**
   * The file, absolute or from the working directory on; not empty. It and its folder are made when they are missing.
   * Beside it stand its lock, `*.lock`, while a process uses it, and `*.corrupt-<time>` for each file that could not be
   * read.
   */
  readonly path: string;
}

/**
 * Keeps circuits in a file, so that they go on after a restart where they were: one JSON document, readable by its owner
 * alone, without errors, messages or arguments of calls.
 *
 * It is written in the background, at most four times a second and only when something has changed, and replaced as a
 * whole: a crash at any moment leaves the old or the new document. A file that cannot be read is kept aside, and circuits
 * start closed. One process writes it: a second one is warned, starts with what is there, keeps its own changes in memory,
 * and takes over once the first has ended. Several stores on one path in one process share it.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for a path that is none.
 *
 * @example
 * ```ts
 * ResilienceModule.forRoot({ store: new FileStateStore({ path: '/var/lib/shop/circuits.json' }) });
 * ```
 *
 * @public
 */
export class FileStateStore implements StateStore {
  readonly description: string;
  private readonly path: string;
  private host: StoreHost | undefined;
  private file: StateFile | undefined;
  private engines = 0;
  private renewal: unknown;

  constructor(options: FileStateStoreOptions) {
    this.path = path.resolve(usablePath(options));
    this.description = `file ${this.path}`;
  }

  attach(host: StoreHost): void {
    this.host ??= host;
    this.engines++;
  }

  load(): readonly CircuitRecord[] {
    const host = this.attached();
    this.file ??= useFile(this.path);
    const records = this.file.open(host);
    if (this.renewal === undefined) this.renewLater(host);
    return records;
  }

  async save(changes: readonly CircuitChange[]): Promise<void> {
    const host = this.attached();
    if (this.file === undefined) this.load();
    await this.file?.save(changes, host);
  }

  async close(): Promise<void> {
    if (--this.engines > 0) return;
    const { file, host } = this;
    this.file = undefined;
    this.host = undefined;
    host?.clock.clearTimer(this.renewal);
    this.renewal = undefined;
    if (file !== undefined) await leaveFile(file);
  }

  private attached(): StoreHost {
    if (this.host !== undefined) return this.host;
    throw new TypeError('FileStateStore is used before attach(host), or after close()');
  }

  private renewLater(host: StoreHost): void {
    const { clock } = host;
    const set = clock.setBackgroundTimer ?? clock.setTimer;
    this.renewal = set.call(clock, { expire: () => this.renew(host) }, RENEW_MS);
  }

  private renew(host: StoreHost): void {
    this.renewLater(host);
    // A lock that cannot be renewed now is told by the next save.
    this.file?.renewLock().catch(() => {});
  }
}

function usablePath(options: FileStateStoreOptions): string {
  const given: unknown = (options as FileStateStoreOptions | undefined)?.path;
  if (typeof given === 'string' && given !== '' && !given.includes('\0')) return given;
  throw new ResilienceConfigError({
    issues: [`FileStateStore: path: expected the path of a file, such as '/var/lib/shop/circuits.json'`],
  });
}
