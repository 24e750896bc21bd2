import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Dependency } from '../../shared/dist/dependency.js';
import { portFrom } from '../../shared/dist/free-port.js';
import { SampleRedis } from '../../shared/dist/redis.js';
import { Instance } from './instance.js';
import { script } from './script.js';

const COUNT = 4;

async function main(): Promise<void> {
  const redis = await SampleRedis.atHand();
  const dependency = new Dependency(await portFrom('DEPENDENCY_PORT'));
  process.env['SAMPLE_REDIS_URL'] = redis.url;
  process.env['RATES_URL'] = dependency.url;
  await dependency.become('healthy');
  const fleet = await Promise.all(Array.from({ length: COUNT }, () => Instance.start()));
  try {
    await run(fleet, dependency, redis);
  } finally {
    await Promise.all(fleet.map((instance) => instance.stop()));
    await dependency.stop();
    await redis.kill();
  }
}

async function run(fleet: readonly Instance[], dependency: Dependency, redis: SampleRedis): Promise<void> {
  console.log(`${COUNT} instances, 20 calls a second each; a circuit opens after 5 failures, for 2 s.\n`);
  console.log('        answered  failed  refused   circuits of the instances');
  const total = { answered: 0, failed: 0, refused: 0 };
  for (const { says, second, act } of script(dependency, redis)) {
    if (says !== undefined) console.log(`── ${says}`);
    await act?.();
    await delay(1000);
    const counts = { answered: 0, failed: 0, refused: 0 };
    for (const taken of fleet.map((instance) => instance.take()))
      for (const key of Object.keys(counts) as (keyof typeof counts)[]) {
        counts[key] += taken[key];
        total[key] += taken[key];
      }
    const states = fleet.map(({ state }) => state.padEnd(8)).join('  ');
    const columns = [counts.answered, counts.failed, counts.refused].map((count) =>
      String(count).padStart(8),
    );
    console.log(`${String(second).padStart(4)}s  ${columns.join('')}    ${states}`);
  }
  const sum = (of: (instance: Instance) => number): number => fleet.reduce((all, one) => all + of(one), 0);
  const calls = total.answered + total.failed + total.refused;
  console.log(
    `\n${calls} calls: ${total.answered} answered, ${total.failed} failed, ${total.refused} refused.`,
  );
  console.log(
    `Circuits opened ${sum(({ opened }) => opened)} times by what their instance saw, ` +
      `${sum(({ followed }) => followed)} times because others had opened; ` +
      `${sum(({ probes }) => probes)} half-opened for a probe.`,
  );
}

await main();
