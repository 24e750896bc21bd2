import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadAdapter } from './adapters.mjs';
import { requestsPerSecond } from './http.mjs';
import { median } from './statistics.mjs';

const file = fileURLToPath(new URL('./oneshot.mjs', import.meta.url));
const FLAGS = ['--expose-gc', '--single-threaded-gc', '--no-flush-bytecode', '--max-old-space-size=8192'];
const LIMIT_MS = 10_000;
const BREAKERS = 100_000;
const IN_FLIGHT = [1, 100, 10_000, 100_000];

/** Memory, scale, import and HTTP: what is no ratio to a bare call. */
export async function measureRest({ names, say }) {
  const breakers = {};
  const inFlight = {};
  for (const name of names) {
    const adapter = await (await loadAdapter(name)).load();
    say(`${name}: memory and scale`);
    if (adapter.manyBreakers) breakers[name] = await oneshot('breakers', name, BREAKERS);
    inFlight[name] = [];
    for (const count of IN_FLIGHT) {
      const figures = await oneshot('inFlight', name, count);
      inFlight[name].push(figures);
      if (figures.failed) break;
    }
  }
  return { breakers, inFlight, imports: await importsOfOurs(say), http: await httpOf(names, say) };
}

/** What one process answers; what takes too long is told as that. */
function oneshot(...args) {
  return new Promise((resolve) => {
    const child = fork(file, args.map(String), {
      execArgv: FLAGS,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.once('exit', (code) => resolve({ count: args[2], failed: failure(code) }));
    child.once('message', (result) => {
      clearTimeout(timer);
      resolve(result);
      child.disconnect();
    });
  });
}

const failure = (code) => (code === null ? `over ${LIMIT_MS / 1000} s` : `ended with code ${code}`);

async function importsOfOurs(say) {
  say('import');
  const { entries } = await loadAdapter('ours');
  const cost = async (files) => {
    const samples = [];
    for (let i = 0; i < 5; i++) samples.push((await oneshot('imports', 'ours', files)).cpuMs);
    return median(samples);
  };
  return {
    main: await cost(`nest,${entries.main}`),
    core: await cost(entries.core),
    nest: await cost('nest'),
  };
}

async function httpOf(names, say) {
  const results = {};
  for (const name of names) {
    if ((await (await loadAdapter(name)).load()).nest === undefined) continue;
    say(`${name}: HTTP`);
    results[name] = await requestsPerSecond(() => fork(file, ['server', name], { execArgv: FLAGS }));
  }
  return results;
}
