import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Feed, type Connection } from '../data/feed.js';
import type { Row } from '../data/row.js';
import type { Store } from '../data/store.js';
import { Actions } from './actions.js';
import { Events } from './events.js';
import { useGradually, useKeptFocus, useStore } from './hooks.js';
import { Policies } from './policies.js';
import { RowView } from './row-view.js';
import { Summary } from './summary.js';
import { ThemeButton } from './theme-button.js';
import { Timeline } from './timeline.js';

const connectionNames: Record<Connection, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost, trying again…',
  refused: 'Not let in any more: sign in, then reload the page',
};

/** The address behind `#`: what is shown. */
function useAddress(): readonly string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return hash.replace(/^#/, '').split('/').map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function App({ store }: { store: Store }) {
  useStore(store);
  const [, setTurn] = useState(0);
  const feed = useMemo(() => new Feed(store, () => setTurn((turn) => turn + 1)), [store]);
  const [words, setWords] = useState('');
  const [onlyTrouble, setOnlyTrouble] = useState(false);
  const [view, operation] = useAddress();
  const rows = [...store.rows.values()];
  const isPolicies = view === 'policies';
  return (
    <>
      <header class="top">
        <h1>Resilience</h1>
        <nav aria-label="Views">
          <a href="#breakers" aria-current={isPolicies ? undefined : 'page'}>
            Breakers
          </a>
          <a href="#policies" aria-current={isPolicies ? 'page' : undefined}>
            Policies
          </a>
        </nav>
        <input
          type="search"
          placeholder="Filter by name"
          aria-label="Filter by name"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value.toLowerCase())}
        />
        <span class={`connection ${feed.connection}`} role="status">
          {connectionNames[feed.connection]}
        </span>
        <ThemeButton />
      </header>
      <main>
        {isPolicies ? (
          <Policies words={words} operation={operation === '' ? undefined : operation} />
        ) : (
          <>
            <Summary rows={rows} staleSince={isStale(feed.connection) ? store.toldAt : undefined} />
            <div class="columns">
              <Breakers
                rows={rows}
                store={store}
                words={words}
                onlyTrouble={onlyTrouble}
                onTrouble={() => setOnlyTrouble(!onlyTrouble)}
              />
              <aside>
                <Timeline store={store} />
                <Events store={store} words={words} />
              </aside>
            </div>
          </>
        )}
      </main>
      {/* Not in its row: a row that changes places would close it. */}
      {store.asked === undefined ? null : (
        <Actions circuit={store.asked} onDone={() => store.ask(undefined)} />
      )}
    </>
  );
}

/** What is shown is from before, and may have changed. */
function isStale(connection: Connection): boolean {
  return connection === 'lost' || connection === 'refused';
}

interface BreakersProps {
  readonly rows: readonly Row[];
  readonly store: Store;
  readonly words: string;
  readonly onlyTrouble: boolean;
  readonly onTrouble: () => void;
}

/** All rows, those that need a look first. */
function Breakers({ rows, store, words, onlyTrouble, onTrouble }: BreakersProps) {
  const chosen = rows
    .filter((row) => isAbout(row, words) && (!onlyTrouble || row.severity < 3))
    .sort((a, b) => a.severity - b.severity || (a.target.name < b.target.name ? -1 : 1));
  const limit = useGradually(chosen.length);
  useKeptFocus();
  return (
    <section class="breakers" aria-labelledby="breakers-title">
      <div class="bar">
        <h2 id="breakers-title">
          Breakers <span class="quiet">{chosen.length}</span>
        </h2>
        <button type="button" class="chip" aria-pressed={onlyTrouble} onClick={onTrouble}>
          Only not closed
        </button>
      </div>
      <div class="head" aria-hidden="true">
        <span>State</span>
        <span>Name</span>
        <span>Calls/s</span>
        <span>Latency p50 · p95</span>
        <span>Failures</span>
        <span>Retries/s</span>
        <span>Bulkhead</span>
        <span>Rejected/s</span>
      </div>
      {chosen.length === 0 ? (
        <p class="quiet empty">
          {rows.length === 0 ? 'Nothing has been called yet.' : 'No breaker fits the filter.'}
        </p>
      ) : (
        <ul class="plain rows">{chosen.slice(0, limit).map((row) => viewOf(row, store))}</ul>
      )}
    </section>
  );
}

const views = new WeakMap<Row, VNode>();

/** The very same one each time: rows render by themselves, and not because the list does. */
function viewOf(row: Row, store: Store): VNode {
  const known = views.get(row);
  if (known !== undefined) return known;
  const made = <RowView key={row.id} row={row} store={store} />;
  views.set(row, made);
  return made;
}

function isAbout({ target }: Row, words: string): boolean {
  if (words === '') return true;
  const names = [target.name, ...target.uses.flatMap(({ policy, operation }) => [policy, operation])];
  return names.some((name) => name.toLowerCase().includes(words));
}
