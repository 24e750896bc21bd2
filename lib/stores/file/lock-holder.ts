import fs from 'node:fs';
import os from 'node:os';

/** Who holds a lock, as it stands in the lock file. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When that process began, as far as the system tells: a later process may get its number. */
  readonly began: string;
  /** Tells this lock from every other one. */
  readonly token: string;
}

/** After this long without a sign of life the holder on another machine is taken for dead. */
export const SILENT_AFTER_MS = 60_000;

export function thisHolder(token: string): LockHolder {
  return { pid: process.pid, host: os.hostname(), began: beginningOf(process.pid), token };
}

/** What a lock file holds; `undefined` for what is none. */
export function readHolder(text: string): LockHolder | undefined {
  try {
    const { pid, host, began, token } = JSON.parse(text) as Partial<LockHolder>;
    if (!Number.isSafeInteger(pid) || typeof host !== 'string' || typeof token !== 'string') return undefined;
    return { pid: pid as number, host, began: String(began), token };
  } catch {
    return undefined;
  }
}

/**
 * Whether the holder may still be there.
 *
 * @param silentMs since its last sign of life; looked at only for another machine, where no process can be asked for
 */
export function mayBeAlive({ pid, host, began }: LockHolder, silentMs: number): boolean {
  if (host !== os.hostname()) return silentMs < SILENT_AFTER_MS;
  const beganHere = beginningOf(pid);
  return isRunning(pid) && (began === '' || beganHere === '' || began === beganHere);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is there, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot of the machine and beginning of the process; `''` where the system does not tell. */
function beginningOf(pid: number): string {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the beginning is the 20th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot} ${fields.slice(19, 20).join('')}`;
  } catch {
    return '';
  }
}
