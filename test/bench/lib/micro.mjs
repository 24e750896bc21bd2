import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from './flags.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { rounded, summary } from './statistics.mjs';

const file = fileURLToPath(new URL('./worker.mjs', import.meta.url));

/** A process that answers one question at a time. */
class Worker {
  constructor(name) {
    this.name = name;
    this.ids = [];
    this.process = fork(file, { execArgv: NODE_FLAGS, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  }

  ask(command, rest) {
    return new Promise((resolve, reject) => {
      this.process.once('exit', reject);
      this.process.once('message', ({ result, error }) => {
        this.process.off('exit', reject);
        if (error === undefined) resolve(result);
        else reject(new Error(`${this.name}: ${error}`));
      });
      this.process.send({ command, ...rest });
    });
  }

  stop() {
    this.process.disconnect();
  }
}

/**
 * Ratios to a bare call, by scenario and library; rounds go through all of them in turn.
 *
 * Several processes of each library, one after the other: what V8 makes of the same code differs from process to process by
 * more than a tenth.
 */
export async function measureCalls({ names, ids, params, say }) {
  const samples = new Map();
  for (let generation = 1; generation <= params.processes; generation++) {
    say(`process ${generation} of ${params.processes} of each library`);
    await measureWith({ names, ids, params, say, samples });
  }
  return tableOf(names, ids, samples);
}

async function measureWith({ names, ids, params, say, samples }) {
  const workers = names.map((name) => new Worker(name));
  for (const worker of workers) {
    worker.ids = await worker.ask('build', { name: worker.name, ids });
    say(`${worker.name}: warming up ${worker.ids.length} scenarios`);
    for (const id of worker.ids) await worker.ask('warmUp', { id, params });
  }
  for (let round = 1; round <= params.rounds; round++) {
    say(`round ${round} of ${params.rounds}`);
    for (const id of ids)
      for (const worker of workers.filter((one) => one.ids.includes(id)))
        add(samples, `${id} ${worker.name}`, await worker.ask('measure', { id }));
  }
  for (const worker of workers) worker.stop();
}

function add(samples, key, sample) {
  samples.set(key, [...(samples.get(key) ?? []), sample]);
}

function tableOf(names, ids, samples) {
  const rows = SCENARIOS.filter(({ id }) => ids.includes(id));
  return rows.map(({ id, what, target }) => {
    const measured = names.filter((name) => samples.has(`${id} ${name}`));
    const cells = measured.map((name) => [name, cellOf(samples.get(`${id} ${name}`))]);
    return { id, what, target, cells: Object.fromEntries(cells) };
  });
}

function cellOf(samples) {
  const { median, min, max } = summary(samples.map(({ ratio }) => ratio));
  const ns = rounded(summary(samples.map((sample) => sample.ns)).median);
  return { ratio: rounded(median), min: rounded(min), max: rounded(max), ns };
}
