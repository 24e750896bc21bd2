import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What a writer says of itself, see `writer.mjs`. */
export interface Said {
  readonly started?: number;
  readonly saved?: number;
  readonly refused?: string;
  readonly diagnosis?: string;
}

const script = path.join(__dirname, '../../../node_modules/.cache/nestjs-holdfast/writer.mjs');

/** A process that saves one version after the other to a file. */
export class Writer {
  readonly said: Said[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(file: string, name: string) {
    this.child = spawn(process.execPath, [script, file, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.child.stdout === null) throw new TypeError('a child without output');
    const lines = createInterface({ input: this.child.stdout });
    lines.on('line', (line) => this.said.push(JSON.parse(line) as Said));
    this.ended = Promise.all([once(lines, 'close'), once(this.child, 'exit')]);
  }

  /** Resolves when it has said something that fits. */
  async says(fits: (said: Said) => boolean): Promise<void> {
    while (!this.said.some(fits)) {
      if (this.child.exitCode !== null) throw new Error(`the writer ended: ${JSON.stringify(this.said)}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  get lastSaved(): number {
    return Math.max(0, ...this.said.map(({ saved = 0 }) => saved));
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** The one version of each writer that a file holds; throws where it holds something else. */
export function versionsIn(file: string): ReadonlyMap<string, number> {
  const { circuits } = JSON.parse(readFileSync(file, 'utf8')) as {
    circuits: { breaker: string; reopenings: number }[];
  };
  const versions = new Map<string, Set<number>>();
  const counts = new Map<string, number>();
  for (const { breaker, reopenings } of circuits) {
    const [writer = ''] = breaker.split('-');
    versions.set(writer, (versions.get(writer) ?? new Set()).add(reopenings));
    counts.set(writer, (counts.get(writer) ?? 0) + 1);
  }
  return new Map(
    [...versions].map(([writer, found]) => {
      if (found.size !== 1 || counts.get(writer) !== 50)
        throw new Error(`${file} mixes versions of ${writer}`);
      return [writer, [...found][0] ?? NaN];
    }),
  );
}
