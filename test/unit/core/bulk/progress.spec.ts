import type { BulkProgress } from '../../../../lib/core/bulk/bulk-types.js';
import { scripted } from '../../../../lib/testing/scripted.js';
import { bulkFailure } from '../../../support/bulk.js';
import { settled } from '../../../support/held-operation.js';
import { eventsOf, noBackoff, virtualPolicy } from '../../../support/virtual-policy.js';

const down = new Error('down');
const retrying = () => virtualPolicy({ retry: { maxAttempts: 3, backoff: noBackoff } }).policy;

describe('onProgress of executeAll', () => {
  it('is told after each operation: what has ended, of how many, and the retries so far', async () => {
    const seen: BulkProgress[] = [];
    const operations = [scripted([down, 'a']), scripted([down]), scripted(['c'])];
    await bulkFailure(
      retrying().executeAll(operations, {
        concurrency: 1,
        onProgress: (progress) => void seen.push(progress),
      }),
    );

    expect(seen).toEqual([
      { completed: 1, total: 3, successful: 1, failed: 0, retries: 1 },
      { completed: 2, total: 3, successful: 1, failed: 1, retries: 3 },
      { completed: 3, total: 3, successful: 2, failed: 1, retries: 3 },
    ]);
  });

  it('is told no total of an iterable', async () => {
    const seen: BulkProgress[] = [];
    const onProgress = (progress: BulkProgress): void => void seen.push(progress);
    await retrying().executeAll(new Set([() => 1]), { onProgress });

    expect(seen).toEqual([{ completed: 1, successful: 1, failed: 0, retries: 0 }]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw down;
      },
    ],
    ['rejects', () => Promise.reject(down)],
  ])('harms nothing when it %s: one diagnostic event each time', async (_, fail) => {
    const policy = retrying();
    const events = eventsOf(policy);
    const options = { onProgress: fail as () => void, operation: 'Records.sync' };

    expect(await policy.executeAll([() => 1, () => 2], options)).toMatchObject({ successRate: 1 });
    await settled();
    const diagnostics = events.filter(({ type }) => type === 'diagnostic');
    expect(diagnostics).toHaveLength(2);
    expect(diagnostics[0]).toMatchObject({
      source: 'onProgress',
      message: 'onProgress of executeAll failed and was passed over',
      policy: 'payments',
      operation: 'Records.sync',
      error: down,
    });
  });
});
