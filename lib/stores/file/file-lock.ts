import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { mayBeAlive, readHolder, thisHolder, type LockHolder } from './lock-holder.js';

/** Times that a lock may change hands while this process tries to get it. */
const TRIES = 5;

/** What file systems without hard links answer. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** The right of one process to write a file, by a lock file beside it. A lock whose holder is gone is taken over. */
export class FileLock {
  private constructor(
    private readonly file: string,
    private readonly token: string,
  ) {}

  /** The lock, or who holds it. @throws whatever the file system says */
  static take(file: string): FileLock | LockHolder {
    const token = randomUUID();
    const mine = `${file}.${token}`;
    fs.writeFileSync(mine, JSON.stringify(thisHolder(token)), { flag: 'wx', mode: 0o600 });
    try {
      for (let i = 0; i < TRIES; i++) {
        if (isPlaced(mine, file)) return new FileLock(file, token);
        const holder = livingHolder(file, fs.statSync(mine).mtimeMs);
        if (holder !== undefined) return holder;
      }
      throw new Error(`${file} changes hands too often to be had`);
    } finally {
      fs.rmSync(mine, { force: true });
    }
  }

  /** Whether it is still this process's: one that was taken for dead may have lost it. */
  async isHeld(): Promise<boolean> {
    const text = await fs.promises.readFile(this.file, 'utf8').catch(() => '');
    return readHolder(text)?.token === this.token;
  }

  /** A sign of life for other machines, by the clock of the file system. */
  async renew(): Promise<void> {
    if (!(await this.isHeld())) return;
    const handle = await fs.promises.open(this.file, 'r+');
    try {
      await handle.write('{', 0);
    } finally {
      await handle.close();
    }
  }

  release(): void {
    const text = readIfThere(this.file);
    if (text !== undefined && readHolder(text)?.token === this.token) fs.rmSync(this.file, { force: true });
  }
}

function isPlaced(mine: string, file: string): boolean {
  try {
    place(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A link is there at once with all its content, or not at all. */
function place(mine: string, file: string): void {
  try {
    fs.linkSync(mine, file);
  } catch (error) {
    if (!NO_LINKS.includes(String((error as NodeJS.ErrnoException).code))) throw error;
    fs.copyFileSync(mine, file, fs.constants.COPYFILE_EXCL);
  }
}

/** Who holds the lock; a dead one's is removed, and `undefined` says that it may be free. */
function livingHolder(file: string, now: number): LockHolder | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const holder = readHolder(text);
  const silentMs = now - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (holder !== undefined && mayBeAlive(holder, silentMs)) return holder;
  removeIfStill(file, text);
  return undefined;
}

/** Removes a lock unless another process has taken it over meanwhile: that one gets it back. */
function removeIfStill(file: string, text: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    if (readIfThere(aside) !== text) isPlaced(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
