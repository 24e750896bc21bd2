import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const script = resolve('scripts/check-architecture.mjs');
const manifest = { peerDependenciesMeta: { '@nestjs/terminus': { optional: true } } };

/** Runs the script on a project made of these files of `lib`. */
function check(files: Record<string, string>): { status: number | null; output: string } {
  const project = mkdtempSync(join(tmpdir(), 'architecture-'));
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) {
    const file = join(project, 'lib', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, project], { encoding: 'utf8' });
  rmSync(project, { recursive: true });
  return { status, output: stdout + stderr };
}

describe('check-architecture', () => {
  it('passes a tree that keeps the table and reads no clock', () => {
    const result = check({
      'index.ts': `export { Service } from './nest/service.js';\nexport type { Policy } from './core/policy.js';`,
      'core/policy.ts': `import { retry } from './retry/retry.js';\nexport type Policy = typeof retry;`,
      'core/retry/retry.ts': `export const retry = (at: Date) => at instanceof Date && new Date(5) && Date.parse('');`,
      'core/time/system-clock.ts': `export const now = () => performance.now() + Date.now();`,
      'core/random.ts': `export const random = Math.random;`,
      'nest/service.ts': `import { Injectable } from '@nestjs/common';\nimport type { Policy } from '../core/policy.js';\nexport const Service: [typeof Injectable, Policy?] = [Injectable];`,
      'nest/health/indicator.ts': `import { HealthIndicatorService } from '@nestjs/terminus';\nexport { HealthIndicatorService as x };`,
    });

    expect(result).toEqual({ status: 0, output: expect.stringContaining('7 files keep the import table') });
  });

  describe('when a tree breaks every rule', () => {
    let result: ReturnType<typeof check>;

    beforeAll(() => {
      result = check({
        'index.ts': `export * from './nest/service.js';`,
        'adrift/file.ts': `import '../core/cycle-a.js';`,
        'core/index.ts': `export { b } from './cycle-a.js';`,
        'core/barrel.ts': `import { b } from './index.js';\nexport { b as c } from './cycle-b.js';`,
        'core/reach.ts': `import '../nest/service.js';\nimport 'rxjs';\nimport fs from 'node:fs';\nimport './gone.js';`,
        'core/retry/retry.ts': `type T = import('../timeout/timeout.js').Timeout;`,
        'core/timeout/timeout.ts': `export type Timeout = number;`,
        'core/cycle-a.ts': `import type { B } from './cycle-b.js';\nexport const b: B = 1;`,
        'core/cycle-b.ts': `import { b } from './cycle-a.js';\nexport type B = number;`,
        'nest/service.ts': `\nimport { peer } from '@nestjs/terminus';`,
        'config/clock.ts': [
          `const a = new Date();`,
          `const b = Date.now();`,
          `const c = Math.random();`,
          `setTimeout(() => {}, 1);`,
          `globalThis.setImmediate(() => {});`,
          `const d = { performance };`,
          `import { setTimeout as sleep } from 'node:timers/promises';`,
          `AbortSignal.timeout(5);`,
        ].join('\n'),
      });
    });

    it('fails', () => {
      expect(result.status).toBe(1);
    });

    it.each([
      ['lib/core/reach.ts:1: core/ may not import lib/nest/service.ts'],
      [`lib/core/reach.ts:2: core/ may not import 'rxjs'\n    its place is lib/nest/`],
      [`lib/core/reach.ts:3: lib/core/reach.ts may not import 'node:fs'`],
      [`lib/core/reach.ts:4: cannot resolve './gone.js'`],
      ['lib/adrift/file.ts:1: lib/adrift/file.ts belongs to no floor of the import table'],
      ['lib/core/retry/retry.ts:1: strategy core/retry/ imports strategy core/timeout/'],
      ['lib/core/barrel.ts:1: imports the barrel lib/core/index.ts'],
      ['lib/core/barrel.ts:2: re-exports from a file that is no entry point'],
      ['lib/index.ts:1: `export *` hides what is public'],
      ['lib/core/cycle-a.ts:1: import cycle: core/cycle-a.ts → core/cycle-b.ts → core/cycle-a.ts'],
      [`lib/nest/service.ts:2: nest/ may not import '@nestjs/terminus'\n    its place is lib/nest/health/`],
      [
        `lib/nest/service.ts:2: entry point lib/index.ts reaches the optional peer '@nestjs/terminus': index.ts → nest/service.ts`,
      ],
      ['lib/config/clock.ts:1: direct new Date()\n    read time through the Clock handed in'],
      ['lib/config/clock.ts:2: direct Date.now'],
      ['lib/config/clock.ts:3: direct Math.random\n    use the Random handed in (lib/core/random.ts)'],
      ['lib/config/clock.ts:4: direct setTimeout\n    use clock.setTimer(task, delayMs)'],
      ['lib/config/clock.ts:5: direct globalThis.setImmediate\n    use nextTurn()'],
      ['lib/config/clock.ts:6: direct performance'],
      [`lib/config/clock.ts:7: imports 'node:timers/promises'`],
      ['lib/config/clock.ts:8: direct AbortSignal.timeout'],
    ])('says %s', (message) => {
      expect(result.output).toContain(message);
    });
  });
});
