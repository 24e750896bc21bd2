import { clock, count, duration, percent, shownName, strategyNames } from '../data/format.js';
import type { Row } from '../data/row.js';
import type { Store } from '../data/store.js';
import type { Circuit } from '../data/types.js';
import { Plot } from './plot.js';
import { StateBadge } from './state-badge.js';

/** All there is to know of one breaker. */
export function Details({ row, store }: { row: Row; store: Store }) {
  const { breaker, uses } = row.target;
  return (
    <div class="details">
      <div class="plots">
        <Plot
          title="Calls a second"
          row={row}
          lines={[
            ['calls', 'calls', (point) => point.calls],
            ['failed', 'failed', (point) => point.failed],
            ['fallback', 'fallback', (point) => point.fallback],
            ['rejected', 'rejected', (point) => point.rejected],
            ['retries', 'retries', (point) => point.retries],
          ]}
        />
        <Plot
          title="Latency, ms"
          row={row}
          lines={[
            ['p50', 'p50', (point) => point.p50],
            ['p95', 'p95', (point) => point.p95],
            ['p99', 'p99', (point) => point.p99],
          ]}
        />
      </div>
      <div class="facts">
        {breaker === undefined ? null : (
          <Circuits circuits={breaker.circuits} keys={breaker.keys} store={store} />
        )}
        <Rejections row={row} />
        <section>
          <h3>Operations</h3>
          <ul class="plain">
            {uses.map(({ policy, operation }) => (
              <li key={policy + operation}>
                <a href={`#policies/${encodeURIComponent(operation)}`}>
                  <bdi>{shownName(operation)}</bdi>
                </a>{' '}
                <span class="quiet">policy {shownName(policy, 60)}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

interface CircuitsProps {
  readonly circuits: readonly Circuit[];
  readonly keys: number;
  readonly store: Store;
}

function Circuits({ circuits, keys, store }: CircuitsProps) {
  return (
    <section>
      <h3>
        {keys > 0
          ? `Keys (${Math.min(keys, circuits.length)} of ${count(keys)}, not closed first)`
          : 'Circuit'}
      </h3>
      <ul class="plain circuits">
        {circuits.map((circuit) => (
          <li key={circuit.key ?? ''}>
            <span class="circuit-name">
              {circuit.key === undefined ? null : <bdi class="key">{shownName(circuit.key, 60)}</bdi>}
              <StateBadge state={circuit.state} />
            </span>
            <span class="quiet circuit-facts">{factsOf(circuit, store.now())}</span>
            {store.readOnly ? null : (
              <button type="button" class="small" onClick={() => store.ask(circuit)}>
                Change…
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function factsOf(circuit: Circuit, now: number): string {
  const { failures, failureRatio, lastError, lastFailureAt, openUntil, resetTimeout, state } = circuit;
  const facts = [failures === 1 ? '1 failure' : `${count(failures)} failures`];
  if (failureRatio !== undefined) facts.push(`ratio ${percent(failureRatio)}`);
  if (lastFailureAt !== undefined) facts.push(`last one ${clock(lastFailureAt)}, ${lastError}`);
  if (openUntil !== undefined)
    facts.push(`${state === 'open' ? 'a probe' : 'closes'} in ${duration(Math.max(0, openUntil - now))}`);
  facts.push(`reset timeout ${duration(resetTimeout)}`);
  return facts.join(' · ');
}

function Rejections({ row }: { row: Row }) {
  const sums = new Map<string, number>();
  for (const { rejections } of row.points)
    for (const [reason, number] of Object.entries(rejections))
      sums.set(reason, (sums.get(reason) ?? 0) + number);
  return (
    <section>
      <h3>Rejected in the last two minutes</h3>
      {sums.size === 0 ? (
        <p class="quiet">none</p>
      ) : (
        <ul class="plain">
          {[...sums].map(([reason, number]) => (
            <li key={reason}>
              {count(number)} by the {strategyNames[reason] ?? reason}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
