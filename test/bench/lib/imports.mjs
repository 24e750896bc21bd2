import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { cpuTime } from './cpu-time.mjs';

const require = createRequire(new URL('../../../package.json', import.meta.url));
const NEST = ['reflect-metadata', 'rxjs', '@nestjs/common', '@nestjs/core', '@nestjs/config'];

/** Milliseconds of CPU time that importing a file takes; `nest` stands for Nest's own packages, which come first. */
export async function importCost(files) {
  let spent = 0;
  for (const file of files) {
    const before = cpuTime();
    if (file === 'nest') for (const name of NEST) require(name);
    else await import(pathToFileURL(file).href);
    spent = (cpuTime() - before) / 1e6;
  }
  return { cpuMs: Number(spent.toFixed(1)) };
}
