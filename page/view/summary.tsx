import { clock, count, percent, shownName } from '../data/format.js';
import type { Row } from '../data/row.js';
import type { State } from '../data/types.js';

interface SummaryProps {
  readonly rows: readonly Row[];
  /** When it was so, where nobody knows whether it still is. */
  readonly staleSince: number | undefined;
}

/** The answer to "are we fine?", in one sentence and five figures. */
export function Summary({ rows, staleSince }: SummaryProps) {
  const totals = totalsOf(rows);
  const { headline, tone } = staleSince === undefined ? headlineOf(rows) : staleHeadline(rows, staleSince);
  const share = (number: number): number => (totals.calls === 0 ? 0 : number / totals.calls);
  return (
    <section class={`summary ${tone}`} aria-label="Summary">
      <p class="headline" role="status">
        {headline}
      </p>
      <dl class="totals">
        <Total name="Calls/s" value={count(totals.calls)} />
        <Total
          name="Failed"
          value={percent(share(totals.failed))}
          tone={share(totals.failed) > 0.05 ? 'bad' : ''}
        />
        <Total name="By fallback" value={percent(share(totals.fallback))} />
        <Total name="Retries/s" value={count(totals.retries)} />
        <Total name="Rejected/s" value={count(totals.rejected)} tone={totals.rejected > 0 ? 'bad' : ''} />
      </dl>
    </section>
  );
}

function Total({ name, value, tone = '' }: { name: string; value: string; tone?: string }) {
  return (
    <div class={`total ${tone}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function totalsOf(rows: readonly Row[]) {
  const totals = { calls: 0, failed: 0, fallback: 0, rejected: 0, retries: 0 };
  for (const { latest } of rows) {
    totals.calls += latest?.calls ?? 0;
    totals.failed += latest?.failed ?? 0;
    totals.fallback += latest?.fallback ?? 0;
    totals.rejected += latest?.rejected ?? 0;
    totals.retries += latest?.retries ?? 0;
  }
  return totals;
}

function headlineOf(rows: readonly Row[]): { headline: string; tone: string } {
  const breakers = rows.filter(({ state }) => state !== undefined);
  const among = (...states: State[]): Row[] =>
    breakers.filter(({ state }) => states.includes(state as State));
  const [refusing, testing, byHand] = [
    among('open', 'forcedOpen'),
    among('halfOpen'),
    among('disabled', 'observing'),
  ];
  if (breakers.length === 0) return { headline: 'No circuit breaker has been used yet.', tone: 'calm' };
  if (refusing.length > 0)
    return {
      headline: `${refusing.length} of ${breakers.length} breakers refuse calls: ${names(refusing)}.`,
      tone: 'bad',
    };
  if (testing.length > 0)
    return { headline: `No breaker is open. Probes test ${names(testing)}.`, tone: 'warn' };
  if (byHand.length > 0)
    return { headline: `No breaker is open. Switched off by hand: ${names(byHand)}.`, tone: 'warn' };
  return {
    headline:
      breakers.length === 1 ? 'The breaker is closed.' : `All ${breakers.length} breakers are closed.`,
    tone: 'good',
  };
}

/** Nobody should trust a green line that nothing stands behind. */
function staleHeadline(rows: readonly Row[], since: number): { headline: string; tone: string } {
  if (since === 0) return { headline: 'Nothing is known: the application does not answer.', tone: 'warn' };
  return {
    headline: `At ${clock(since)}, before the connection was lost: ${headlineOf(rows).headline}`,
    tone: 'warn',
  };
}

function names(rows: readonly Row[]): string {
  const shown = rows.slice(0, 3).map(({ target }) => shownName(target.name, 40));
  return shown.join(', ') + (rows.length > 3 ? ` and ${rows.length - 3} more` : '');
}
