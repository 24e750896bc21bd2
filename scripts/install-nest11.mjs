// Installs the Nest 11 packages of test/compat/nest11 unless they stand as its lock file says.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../test/compat/nest11/', import.meta.url));
// Written by this script after a complete install: a copy of the lock file it was made from.
const stamp = `${folder}node_modules/.installed-lock.json`;
const lock = fs.readFileSync(`${folder}package-lock.json`, 'utf8');

if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== lock) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
  fs.writeFileSync(stamp, lock);
}
