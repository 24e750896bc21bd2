import { clock, shownName, stateNames } from '../data/format.js';
import type { Store } from '../data/store.js';
import type { HappenedEvent, State } from '../data/types.js';

const LENGTH_MS = 10 * 60_000;
const MAX_LANES = 8;

interface Span {
  readonly state: State;
  readonly from: number;
  readonly to: number;
}

/** When breakers opened and closed in the last ten minutes, one lane each, the latest to change first. */
export function Timeline({ store }: { store: Store }) {
  const now = store.now();
  const lanes = lanesOf(store.events, now).slice(0, MAX_LANES);
  return (
    <section class="card timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Openings and closings</h2>
      {lanes.length === 0 ? (
        <p class="quiet">No breaker has changed its state in the last ten minutes.</p>
      ) : (
        <>
          <ul class="plain lanes">
            {lanes.map(({ name, spans }) => (
              <li key={name}>
                <bdi class="lane-name">{shownName(name, 40)}</bdi>
                <svg
                  viewBox="0 0 600 14"
                  preserveAspectRatio="none"
                  role="img"
                  aria-label={sentenceOf(spans)}
                >
                  <rect class="lane" x="0" y="0" width="600" height="14" rx="2" />
                  {spans.map(({ state, from, to }) => (
                    <rect
                      key={from}
                      class={`span ${state}`}
                      x={xOf(from, now)}
                      y="0"
                      width={Math.max(1.5, xOf(to, now) - xOf(from, now))}
                      height="14"
                    >
                      <title>{`${stateNames[state]} from ${clock(from)} to ${clock(to)}`}</title>
                    </rect>
                  ))}
                </svg>
              </li>
            ))}
          </ul>
          <div class="scale quiet" aria-hidden="true">
            <span>10 min ago</span>
            <span>5 min</span>
            <span>now</span>
          </div>
        </>
      )}
    </section>
  );
}

function xOf(at: number, now: number): number {
  return Math.max(0, 600 * (1 - (now - at) / LENGTH_MS));
}

/** What was not closed, from one change to the next. Keys of a breaker share its lane. */
function lanesOf(
  events: readonly HappenedEvent[],
  now: number,
): { name: string; spans: Span[]; changedAt: number }[] {
  const lanes = new Map<string, { name: string; spans: Span[]; changedAt: number }>();
  const under = new Map<string, { state: State; from: number }>();
  for (const { breaker, key, to, at, type, reason } of events) {
    if (breaker === undefined || to === undefined || !type.startsWith('circuit') || reason === 'observing')
      continue;
    const lane = lanes.get(breaker) ?? { name: breaker, spans: [], changedAt: 0 };
    lanes.set(breaker, lane);
    lane.changedAt = at;
    const circuit = JSON.stringify([breaker, key]);
    end(lane.spans, under.get(circuit), at);
    under.set(circuit, { state: to, from: at });
  }
  for (const [circuit, one] of under)
    end(lanes.get((JSON.parse(circuit) as [string])[0])?.spans ?? [], one, now);
  const seen = [...lanes.values()].map((lane) => ({
    ...lane,
    spans: lane.spans.filter(({ to }) => to > now - LENGTH_MS),
  }));
  return seen.filter(({ spans }) => spans.length > 0).sort((a, b) => b.changedAt - a.changedAt);
}

function end(spans: Span[], one: { state: State; from: number } | undefined, to: number): void {
  if (one !== undefined && one.state !== 'closed') spans.push({ ...one, to });
}

function sentenceOf(spans: readonly Span[]): string {
  return spans
    .map(({ state, from, to }) => `${stateNames[state]} from ${clock(from)} to ${clock(to)}`)
    .join(', ');
}
