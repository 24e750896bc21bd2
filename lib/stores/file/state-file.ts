import fs from 'node:fs';
import path from 'node:path';
import type { CircuitChange, CircuitRecord } from '../../core/ports/circuit-record.js';
import type { StoreHost } from '../../core/ports/state-store.js';
import { FileLock } from './file-lock.js';
import { removeLeftBehind } from './left-behind.js';
import type { LockHolder } from './lock-holder.js';
import { keepAside, readDocument } from './read-document.js';
import { StateDocument } from './state-document.js';
import { writeAtomically } from './write-atomically.js';

/**
 * One file of this process, whoever uses it: its lock, and its content as it is or is about to be.
 *
 * Without the lock it is read but not written: what changes stays in memory until the other process has ended.
 */
export class StateFile {
  private lock: FileLock | undefined;
  private document = new StateDocument();
  private isWritten = true;
  private writing: Promise<void> = Promise.resolve();

  constructor(readonly file: string) {}

  /** What the file holds, or will hold once what is being written has been. */
  open(host: StoreHost): readonly CircuitRecord[] {
    const holder = this.lock === undefined ? this.takeLock() : undefined;
    if (holder !== undefined) host.diagnose(inUse(this.file, holder));
    if (this.isWritten) this.read(host);
    return this.document.records;
  }

  /** Writes changes one after the other, whoever asks. */
  save(changes: readonly CircuitChange[], host: StoreHost): Promise<void> {
    const written = this.writing.then(() => this.write(changes, host));
    this.writing = written.catch(() => {});
    return written;
  }

  /** When nothing is being written. */
  idle(): Promise<void> {
    return this.writing;
  }

  release(): void {
    this.lock?.release();
    this.lock = undefined;
  }

  renewLock(): Promise<void> {
    return this.lock?.renew() ?? Promise.resolve();
  }

  private async write(changes: readonly CircuitChange[], host: StoreHost): Promise<void> {
    await this.ensureLock(host);
    for (const change of changes) if (this.document.apply(change)) this.isWritten = false;
    if (this.isWritten) return;
    await writeAtomically(this.file, this.document.text());
    this.isWritten = true;
  }

  private async ensureLock(host: StoreHost): Promise<void> {
    if (this.lock !== undefined && (await this.lock.isHeld())) return;
    this.lock = undefined;
    const holder = this.takeLock();
    if (holder !== undefined) throw new Error(inUse(this.file, holder));
    // The other process has left its own state there.
    this.read(host);
  }

  private takeLock(): LockHolder | undefined {
    const lockFile = `${this.file}.lock`;
    fs.mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 });
    const taken = FileLock.take(lockFile);
    if (!(taken instanceof FileLock)) return taken;
    this.lock = taken;
    removeLeftBehind(this.file, fs.statSync(lockFile).mtimeMs);
    return undefined;
  }

  private read(host: StoreHost): void {
    const content = readDocument(this.file);
    this.isWritten = true;
    this.document = content.kind === 'document' ? content.document : new StateDocument();
    if (content.kind !== 'corrupt' || this.lock === undefined) return;
    const aside = keepAside(this.file, host.clock.epoch());
    host.diagnose(
      `${this.file} holds no state that can be used: ${content.reason}. It is kept as ${aside}; circuits start closed`,
    );
  }
}

function inUse(file: string, { pid, host }: LockHolder): string {
  return (
    `${file} is in use by process ${pid} on ${host}: this process keeps its circuits in memory and writes the file ` +
    'once that one has ended. Give each process a file of its own, or share state through Redis'
  );
}
