import fs from 'node:fs';

/** The version of a package that is installed in a folder of this one. */
export function versionOf(name, folder = '.') {
  const file = new URL(`../${folder}/node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(fs.readFileSync(file, 'utf8')).version;
}
