import { classify, type BulkFailure, type PolicyStats } from 'nestjs-holdfast';

/** What a run came to, whether it was enough or not. */
export interface Outcome {
  readonly successful: readonly unknown[];
  readonly failed: readonly BulkFailure[];
  readonly successRate: number;
}

interface Row {
  readonly why: string;
  readonly kind: string;
  readonly attempts: number;
  readonly ids: number[];
}

export function printSummary(outcome: Outcome, records: number, stats: PolicyStats): void {
  const { successful, failed, successRate } = outcome;
  const notReached = records - successful.length - failed.length;
  const rate = `${(100 * successRate).toFixed(1)} %`;
  console.log(
    `\n${successful.length} of ${records} records sent, ${failed.length} failed (${rate} succeeded).`,
  );
  if (notReached > 0) console.log(`${notReached} were not reached.`);
  console.log(`${stats.calls} calls made ${stats.attempts} attempts, ${stats.retries} of them retries.`);
  if (failed.length === 0) return;
  console.log('\n  records  why                                   kind            attempts  which');
  for (const { why, kind, attempts, ids } of rowsOf(failed)) {
    const count = String(ids.length).padStart(9);
    const tries = (attempts / ids.length).toFixed(1).padStart(8);
    console.log(`${count}  ${why.padEnd(36)}  ${kind.padEnd(14)}  ${tries}  ${shortList(ids)}`);
  }
}

function rowsOf(failed: readonly BulkFailure[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { index, error, report } of failed) {
    const why = describe(error);
    const row = rows.get(why) ?? {
      why,
      kind: report.reason === 'aborted' ? 'aborted' : classify(error),
      attempts: 0,
      ids: [],
    };
    row.ids.push(index + 1);
    rows.set(why, { ...row, attempts: row.attempts + report.attempts });
  }
  return [...rows.values()].toSorted((a, b) => b.ids.length - a.ids.length);
}

/** Errors of one kind read alike: by code where there is one. */
function describe(error: unknown): string {
  const { code, cause, message } = error as { code?: unknown; cause?: { code?: unknown }; message?: unknown };
  const text = [code, cause?.code, message].find((one) => typeof one === 'string' && one !== '');
  return String(text ?? error).slice(0, 36);
}

function shortList(ids: readonly number[]): string {
  const shown = ids.slice(0, 4).join(', ');
  return ids.length > 4 ? `${shown}, …` : shown;
}
