import { nextTurn, realDelay } from '../core/time/system-clock.js';

/** Turns after which {@link settle} gives up on immediates that schedule each other without end. */
const maxTurns = 50;

/** How many real milliseconds {@link idle} leaves real timers and I/O to come to an end. */
const graceMs = 50;

/** Real timers that are not worth waiting for: they have outlasted a grace period, as that of the test runner does. */
let longTimers = 0;

/** Real timers of {@link idle} itself. */
let ownTimers = 0;

/**
 * Lets everything run that can run now: promise chains of any length, and immediates that schedule further ones.
 *
 * Does not wait for I/O or real timers.
 */
export async function settle(): Promise<void> {
  let turn = 0;
  do await nextTurn();
  while (++turn < maxTurns && process.getActiveResourcesInfo().includes('Immediate'));
}

/**
 * Resolves when the event loop has nothing left to run.
 *
 * Real timers, sockets, and requests for files and names that are under way are given 50 real milliseconds. Each time
 * for sockets, because nothing tells one that waits for an answer from one that is merely kept open.
 */
export async function idle(): Promise<void> {
  await settle();
  // Counted in turns, not by the clock: a process that was held up has not had its time.
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs++) {
    if (!isBusy()) return;
    ownTimers++;
    await realDelay(1);
    ownTimers--;
    await settle();
  }
  longTimers = realTimers(process.getActiveResourcesInfo());
}

function isBusy(): boolean {
  const resources = process.getActiveResourcesInfo();
  const timers = realTimers(resources);
  longTimers = Math.min(longTimers, timers);
  return timers > longTimers || resources.some((resource) => /Req|^TCPSocketWrap$|^TLSWrap$/.test(resource));
}

function realTimers(resources: readonly string[]): number {
  return resources.filter((resource) => resource === 'Timeout').length - ownTimers;
}
