import fs from 'node:fs';
import path from 'node:path';

/** Younger ones may be at work. */
const AGE_MS = 60_000;

/**
 * Removes what processes have left behind beside the file that were killed while they wrote it or its lock.
 *
 * @param now by the clock of the file system
 */
export function removeLeftBehind(file: string, now: number): void {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.`;
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(prefix) || !isTemporary(name.slice(prefix.length))) continue;
    const there = path.join(folder, name);
    const stat = fs.statSync(there, { throwIfNoEntry: false });
    if (stat !== undefined && now - stat.mtimeMs >= AGE_MS) fs.rmSync(there, { force: true });
  }
}

function isTemporary(ending: string): boolean {
  return /^(?:[\da-f]{8}-[\da-f-]{27}\.tmp|lock\.[\da-f]{8}-[\da-f-]{27})$/.test(ending);
}
