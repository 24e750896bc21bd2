import { setTimeout as delay } from 'node:timers/promises';
import type { ResilienceService } from 'nestjs-holdfast';
import type { Dependency } from '../../../shared/dist/dependency.js';
import { printHeader, printPhase, printSecond } from './screen.js';
import { script } from './script.js';
import type { Users } from './users.js';

/** For a quick look: `PHASE_SECONDS=1` cuts every phase short. */
const longestPhase = Number(process.env['PHASE_SECONDS'] ?? Infinity);

/** Who takes part in the run. */
export interface Cast {
  readonly dependency: Dependency;
  readonly resilience: ResilienceService;
  readonly guarded: Users;
  readonly bare: Users;
}

/** Plays the script once and prints a line each second. */
export async function playScript(cast: Cast): Promise<void> {
  const seconds = new Seconds(cast);
  printHeader();
  for (const { behaviour, seconds: length, says } of script) {
    printPhase(says);
    await cast.dependency.become(behaviour);
    for (let second = 0; second < Math.min(length, longestPhase); second++) {
      await delay(1000);
      seconds.print();
    }
  }
}

/** Tells from running totals what the last second added. */
class Seconds {
  private second = 0;
  private calls = 0;
  private retries = 0;
  private guarded = 0;
  private bare = 0;

  constructor(private readonly cast: Cast) {}

  print(): void {
    const { resilience, guarded, bare } = this.cast;
    const { calls, retries } = resilience.stats('network');
    printSecond({
      second: ++this.second,
      calls: calls - this.calls,
      retries: retries - this.retries,
      breaker: resilience.breaker('RatesService').snapshot().state,
      protectedAnswers: guarded.answers.slice(this.guarded),
      unprotectedAnswers: bare.answers.slice(this.bare),
    });
    Object.assign(this, { calls, retries, guarded: guarded.answers.length, bare: bare.answers.length });
  }
}
