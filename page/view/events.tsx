import { useState } from 'preact/hooks';
import { describe, kind, kinds, tone, type Kind } from '../data/describe.js';
import { clock } from '../data/format.js';
import type { Store } from '../data/store.js';
import type { HappenedEvent } from '../data/types.js';

const MAX_SHOWN = 100;

/** What happened lately, the latest first, of the kinds that somebody wants to see. */
export function Events({ store, words }: { store: Store; words: string }) {
  const [hidden, setHidden] = useState<ReadonlySet<Kind>>(new Set());
  const toggle = (each: Kind): void => {
    const next = new Set(hidden);
    if (!next.delete(each)) next.add(each);
    setHidden(next);
  };
  const shown = latest(
    store.events,
    (event, text) => !hidden.has(kind(event)) && text.toLowerCase().includes(words),
  );
  return (
    <section class="card events" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <div class="chips" role="group" aria-label="Kinds of events">
        {(Object.keys(kinds) as Kind[]).map((each) => (
          <button
            key={each}
            type="button"
            class="chip"
            aria-pressed={!hidden.has(each)}
            onClick={() => toggle(each)}
          >
            {kinds[each]}
          </button>
        ))}
      </div>
      {shown.length === 0 ? (
        <p class="quiet">Nothing of these kinds has happened since this page is open.</p>
      ) : (
        <ol class="plain event-list" tabIndex={0} aria-label="Latest events">
          {shown.map(({ event, text }) => (
            <li key={event.id} class={tone(event)}>
              <time dateTime={new Date(event.at).toISOString()}>{clock(event.at)}</time>
              <span class="text">
                {text}
                {(event.count ?? 1) > 1 ? <span class="times"> ×{event.count}</span> : null}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

interface Told {
  readonly event: HappenedEvent;
  readonly text: string;
}

/** The latest first; sentences are made of no more than it takes. */
function latest(
  events: readonly HappenedEvent[],
  isWanted: (event: HappenedEvent, text: string) => boolean,
): readonly Told[] {
  const shown: Told[] = [];
  for (let at = events.length - 1; at >= 0 && shown.length < MAX_SHOWN; at--) {
    const event = events[at] as HappenedEvent;
    const text = describe(event);
    if (isWanted(event, text)) shown.push({ event, text });
  }
  // What is told once a second comes after what was told at once.
  return shown.sort((one, other) => other.event.at - one.event.at);
}
