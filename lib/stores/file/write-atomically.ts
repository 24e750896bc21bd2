import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Only whom the process belongs to may read it. */
const MODE = 0o600;

/**
 * Writes a file so that a crash at any moment leaves the old or the new content: a temporary file in the same folder,
 * flushed, takes its place, and the folder is flushed.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFlushed(temporary, text);
    await fs.promises.rename(temporary, file);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await flushFolder(path.dirname(file));
}

async function writeFlushed(file: string, text: string): Promise<void> {
  const handle = await fs.promises.open(file, 'wx', MODE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** So that the new name outlives a loss of power, too. Windows has no such thing and needs none. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
