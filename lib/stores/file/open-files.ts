import fs from 'node:fs';
import path from 'node:path';
import { StateFile } from './state-file.js';

interface Entry {
  readonly file: StateFile;
  users: number;
}

/** By the place they really have; the two copies of the package, ESM and CommonJS, share one list. */
const GLOBAL = Symbol.for('nestjs-holdfast.state-files');
const shared = globalThis as { [GLOBAL]?: Map<string, Entry> };
const files = (shared[GLOBAL] ??= new Map());

/** The one object for a file, for all stores of this process on it. */
export function useFile(given: string): StateFile {
  const place = placeOf(given);
  const entry = files.get(place) ?? { file: new StateFile(place), users: 0 };
  files.set(place, entry);
  entry.users++;
  return entry.file;
}

/** Whoever is the last gives the file back, unless somebody comes while the last changes are being written. */
export async function leaveFile(file: StateFile): Promise<void> {
  const entry = files.get(file.file);
  if (entry === undefined || --entry.users > 0) return;
  await file.idle();
  if (entry.users > 0) return;
  files.delete(file.file);
  file.release();
}

/** Links are followed, so that the file behind them is replaced and not the link. */
function placeOf(given: string): string {
  try {
    return fs.realpathSync(given);
  } catch {
    const folder = path.dirname(given);
    return folder === given ? given : path.join(placeOf(folder), path.basename(given));
  }
}
