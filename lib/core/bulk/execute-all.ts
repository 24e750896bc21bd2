import { BulkFailureError } from '../errors/bulk-failure-error.js';
import { ResilienceConfigError } from '../errors/config-error.js';
import { INVALID } from '../options/invalid.js';
import { issueLine, Place } from '../options/place.js';
import { unwatch, watch } from '../signal-hub.js';
import { isThenable } from '../sync-result.js';
import { BulkHost, type BulkPolicy } from './bulk-host.js';
import { type BulkOptions, type BulkSettings, bulkShape } from './bulk-options.js';
import type { BulkOperation, BulkOperations, BulkResult, BulkValue } from './bulk-types.js';
import { Bulk } from './bulk.js';
import { checkOperations, OperationSource } from './operation-source.js';

/**
 * Runs operations as calls under a policy, so many at a time, and tells what each came to.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong; nothing was run.
 * @throws BulkFailureError (`BULK_FAILURE`) when too few succeeded, or an iterable was not read to its end.
 */
export async function executeAll<O extends BulkOperation>(
  policy: BulkPolicy,
  operations: BulkOperations<O>,
  options: BulkOptions | undefined,
): Promise<BulkResult<BulkValue<O>>> {
  const settings = readBulk(policy, operations, options);
  const host = new BulkHost(policy, settings);
  const source = new OperationSource(operations);
  const bulk = new Bulk(source, host);
  const release = bound(bulk, host);
  await bulk.run();
  release();
  bulk.conclude();
  if (bulk.cut !== null) closeSource(source, host);
  return judge(policy.name, settings.successThreshold, bulk, source) as BulkResult<BulkValue<O>>;
}

function readBulk(policy: BulkPolicy, operations: unknown, options: unknown): BulkSettings {
  const issues: string[] = [];
  const at = new Place('executeAll', (path, problem) => issues.push(issueLine(path, problem)));
  checkOperations(operations, at.at('operations'));
  const shape = bulkShape(policy.callFields);
  const accepted = shape.accept(options ?? {}, at);
  const settings = accepted === INVALID ? INVALID : shape.resolve(accepted, at);
  if (settings === INVALID || issues.length > 0) throw new ResilienceConfigError({ issues });
  return settings;
}

/** What may end the bulk from outside; gives what takes it away again. */
function bound(bulk: Bulk, { engine, signal, limitMs }: BulkHost): () => void {
  if (engine.isDraining) bulk.shutDown();
  else if (signal?.aborted === true) bulk.aborted({ kind: 'aborted', error: signal.reason });
  else if (limitMs === 0) bulk.expire();
  if (bulk.cut !== null) return () => undefined;
  engine.waits.add(bulk);
  if (signal !== undefined) watch(signal, bulk);
  const timer = limitMs === Infinity ? undefined : engine.clock.setTimer(bulk, limitMs);
  return () => {
    engine.waits.delete(bulk);
    if (signal !== undefined) unwatch(signal, bulk);
    engine.clock.clearTimer(timer);
  };
}

/** Nobody waits for what the iterable does now: it may wait itself, for what was asked of it last. */
function closeSource(source: OperationSource, host: BulkHost): void {
  try {
    const closed = source.close();
    if (isThenable(closed)) closed.then(undefined, (error: unknown) => host.passOver('operations', error));
  } catch (error) {
    host.passOver('operations', error);
  }
}

/** Where the bulk was cut short and nobody knows how many operations there are, no rate can tell that enough succeeded. */
function judge(
  policy: string,
  successThreshold: number,
  { successful, failed, cut }: Bulk,
  { total }: OperationSource,
): BulkResult<unknown> {
  const count = successful.length + failed.length;
  const successRate = count === 0 ? 1 : successful.length / count;
  const isComplete = cut === null || total !== undefined;
  if (isComplete && successRate >= successThreshold) return { successful, failed, successRate, ok: true };
  throw new BulkFailureError({ policy, successRate, failed, successful, cause: cut?.error });
}
