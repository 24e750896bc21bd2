import fc from 'fast-check';
import type { BulkOperation, BulkProgress, BulkResult } from '../../lib/core/bulk/bulk-types.js';
import type { BulkFailureError } from '../../lib/core/errors/bulk-failure-error.js';
import { virtualPolicy, watched } from '../support/virtual-policy.js';

/** How long an operation takes, and how many of its attempts fail. */
interface Task {
  readonly ms: number;
  readonly failures: number;
}

const task: fc.Arbitrary<Task> = fc.record({ ms: fc.constantFrom(0, 0, 5, 40), failures: fc.nat(3) });
const plan = fc.record({
  tasks: fc.array(task, { maxLength: 40 }),
  concurrency: fc.integer({ min: 1, max: 12 }),
  successThreshold: fc.double({ min: 0.01, max: 1, noNaN: true }),
  source: fc.constantFrom('array', 'iterable', 'async iterable'),
  abortsAfter: fc.option(fc.nat(400), { nil: undefined }),
});

type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;
type Source = Iterable<BulkOperation<number>> | AsyncIterable<BulkOperation<number>>;

function sourceOf(kind: string, operations: BulkOperation<number>[]): Source {
  if (kind === 'array') return operations;
  if (kind === 'iterable') return operations.values();
  return (async function* () {
    yield* operations;
  })();
}

async function runBulk({ tasks, concurrency, successThreshold, source, abortsAfter }: Plan) {
  const { policy, clock } = virtualPolicy({ retry: { maxAttempts: 3, backoff: { initialDelay: 10 } } });
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimer({ expire: resolve }, ms));
  const operations = tasks.map(({ ms, failures }, index): BulkOperation<number> => async ({ attempt }) => {
    if (attempt === 1) order.push(index);
    most = Math.max(most, ++running);
    try {
      if (ms > 0) await wait(ms);
      if (attempt <= failures) throw new Error(`attempt ${attempt}`);
      return index;
    } finally {
      running--;
    }
  });
  const abort = new AbortController();
  if (abortsAfter !== undefined) clock.setTimer({ expire: () => abort.abort('left') }, abortsAfter);
  const progress: BulkProgress[] = [];
  const bulk = watched(
    policy.executeAll(sourceOf(source, operations), {
      concurrency,
      successThreshold,
      signal: abort.signal,
      onProgress: (one) => void progress.push(one),
    }),
  );
  await clock.advance('1m');
  const end = (bulk.value ?? bulk.error) as BulkResult<number> | BulkFailureError;
  return { bulk, end, order, progress, most, wasCut: 'cause' in end || abort.signal.aborted };
}

describe('executeAll', () => {
  it('never runs more than `concurrency` at once, begins in input order, and tells every index exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        const { bulk, end, order, progress, most, wasCut } = await runBulk(given);
        const { tasks, concurrency, successThreshold, source } = given;
        expect(bulk.settled).toBe(true);
        // An aborted attempt is still under way for its operation; nothing begins after it.
        expect(most).toBeLessThanOrEqual(concurrency);
        expect(order).toEqual(order.map((_, position) => position));

        const { successful, failed, successRate } = end;
        const told = [...successful, ...failed].map(({ index }) => index).sort((a, b) => a - b);
        const known = wasCut && source !== 'array' ? order.length : tasks.length;
        expect(told).toEqual(Array.from({ length: known }, (_, index) => index));
        for (const list of [successful, failed]) {
          const indexes = list.map(({ index }) => index);
          expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
        }
        expect(successful.every(({ index, value }) => index === value)).toBe(true);
        expect(successRate).toBe(told.length === 0 ? 1 : successful.length / told.length);
        if (!wasCut) expect('ok' in end).toBe(successRate >= successThreshold);
        expect(progress.map(({ completed }) => completed)).toEqual(order.map((_, at) => at + 1));
      }),
    );
  });
});
