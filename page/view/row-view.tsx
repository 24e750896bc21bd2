import { useState } from 'preact/hooks';
import { count, duration, percent, shownName, strategyNames } from '../data/format.js';
import { sum, type Row } from '../data/row.js';
import type { Store } from '../data/store.js';
import type { BreakerView } from '../data/types.js';
import { Details } from './details.js';
import { useRow } from './hooks.js';
import { Sparkline } from './sparkline.js';
import { StateBadge } from './state-badge.js';

/** One breaker, or an operation without one: a line of figures that opens to all there is to know. */
export function RowView({ row, store }: { row: Row; store: Store }) {
  const element = useRow(row);
  const [isOpen, setOpen] = useState(false);
  const name = shownName(row.target.name);
  return (
    <li class={`row ${row.state ?? 'none'}`} ref={element} data-name={row.target.name}>
      <div class="cells">
        <div class="cell state">
          {row.state === undefined ? (
            <span class="quiet">no breaker</span>
          ) : (
            <StateBadge state={row.state} extra={stateExtra(row, store.now())} />
          )}
        </div>
        <div class="cell name">
          <button type="button" class="name-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <bdi>{name}</bdi>
          </button>
          <span class="quiet policies">{policiesOf(row)}</span>
        </div>
        <Calls row={row} />
        <Latency row={row} />
        <Ratio breaker={row.target.breaker} />
        <Budget row={row} />
        <Bulkhead row={row} />
        <Rejected row={row} />
      </div>
      {isOpen ? <Details row={row} store={store} /> : null}
    </li>
  );
}

/** When an open circuit takes a probe, when a state by hand ends; of keys, how many are in it. */
function stateExtra({ target, state }: Row, now: number): string {
  const { breaker } = target;
  if (breaker === undefined || state === undefined) return '';
  if (breaker.keys > 0)
    return `${count(breaker.states[state] ?? 0)} of ${count(sum(breaker.states as Record<string, number>))} keys`;
  const until = breaker.circuits[0]?.openUntil;
  if (until !== undefined) return `${duration(Math.max(0, until - now))} left`;
  return state === 'forcedOpen' || state === 'disabled' || state === 'observing' ? 'until changed' : '';
}

function policiesOf({ target }: Row): string {
  const policies = [...new Set(target.uses.map(({ policy }) => policy))];
  const shown = policies.slice(0, 3).map((policy) => shownName(policy, 40));
  const operations = target.uses.length > 1 ? ` · ${target.uses.length} operations` : '';
  return `${shown.join(', ')}${policies.length > 3 ? ', …' : ''}${operations}`;
}

function Calls({ row }: { row: Row }) {
  const { latest, points } = row;
  const series = [
    { kind: 'calls', area: true, values: points.map(({ calls }) => calls) },
    { kind: 'fallback', area: true, values: points.map(({ failed, fallback }) => failed + fallback) },
    { kind: 'failed', area: true, values: points.map(({ failed }) => failed) },
    // A red line at nothing would look like a failure.
  ].filter(({ kind, values }) => kind === 'calls' || values.some((value) => value > 0));
  return (
    <div class="cell calls">
      <span class="cell-label">Calls/s</span>
      <span class="figure">
        {count(latest?.calls ?? 0)}
        <Part tone="bad" word="failed" number={latest?.failed} />
        <Part tone="warn-text" word="fallback" number={latest?.fallback} />
      </span>
      <Sparkline
        series={series}
        label="calls a second of the last two minutes: failed ones red, fallbacks amber"
      />
    </div>
  );
}

function Part({ tone, word, number = 0 }: { tone: string; word: string; number?: number }) {
  return number === 0 ? null : <span class={`sub ${tone}`}>{` ${count(number)} ${word}`}</span>;
}

function Latency({ row }: { row: Row }) {
  const { latest, points } = row;
  const series = [
    { kind: 'p95', values: points.map(({ p95 }) => p95) },
    { kind: 'p50', values: points.map(({ p50 }) => p50) },
  ];
  return (
    <div class="cell latency">
      <span class="cell-label">Latency p50 / p95</span>
      <span class="figure">
        {(latest?.p95 ?? null) === null ? (
          <span class="quiet">–</span>
        ) : (
          <>
            {duration(latest?.p50 ?? 0)} <span class="sub">{duration(latest?.p95 ?? 0)}</span>
          </>
        )}
      </span>
      <Sparkline series={series} label="latency, median and 95 of 100, of the last two minutes" />
    </div>
  );
}

function Ratio({ breaker }: { breaker?: BreakerView }) {
  const ratio = breaker?.failureRatio;
  const failures = breaker?.keys === 0 ? breaker.circuits[0]?.failures : undefined;
  return (
    <div class="cell ratio">
      <span class="cell-label">Failures</span>
      <span class={`figure ${(ratio ?? 0) > 0.2 || (failures ?? 0) > 0 ? 'warn-text' : ''}`}>
        {ratio !== undefined ? (
          percent(ratio)
        ) : failures !== undefined ? (
          <>
            {count(failures)} <span class="sub">in a row</span>
          </>
        ) : (
          <span class="quiet">–</span>
        )}
      </span>
    </div>
  );
}

function Budget({ row }: { row: Row }) {
  const { budget, traffic } = row.target;
  const left = budget === undefined ? undefined : Math.max(0, budget.allowed - budget.used);
  return (
    <div class="cell budget">
      <span class="cell-label">Retries/s</span>
      <span class="figure">
        {count(traffic.retries)}{' '}
        {left === undefined ? null : (
          <span class={`sub ${left === 0 ? 'bad' : ''}`}>
            {left === 0 ? 'budget used up' : `${count(left)} left`}
          </span>
        )}
      </span>
    </div>
  );
}

function Bulkhead({ row }: { row: Row }) {
  const fullest = [...(row.target.bulkheads ?? [])].sort(
    (a, b) => b.inFlight / b.limit - a.inFlight / a.limit,
  )[0];
  return (
    <div class="cell bulkhead">
      <span class="cell-label">Bulkhead</span>
      {fullest === undefined ? (
        <span class="figure quiet">–</span>
      ) : (
        <span class="figure">
          {count(fullest.inFlight)}/{count(fullest.limit)}
          {fullest.queued > 0 ? <span class="sub"> {count(fullest.queued)} wait</span> : null}
          <meter
            min={0}
            max={Math.max(1, fullest.limit)}
            high={fullest.limit * 0.8}
            value={fullest.inFlight}
            aria-label="slots in use"
          />
        </span>
      )}
    </div>
  );
}

function Rejected({ row }: { row: Row }) {
  const latest = Object.entries(row.latest?.rejections ?? {}).sort(([, a], [, b]) => b - a);
  const [reason, most] = latest[0] ?? [];
  return (
    <div class="cell rejected">
      <span class="cell-label">Rejected/s</span>
      <span class="figure">
        {count(row.latest?.rejected ?? 0)}
        {reason === undefined || most === undefined ? null : (
          <span class="sub bad"> {strategyNames[reason] ?? reason}</span>
        )}
      </span>
    </div>
  );
}
