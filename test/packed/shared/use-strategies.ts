// What the strategies, streams and the service do for an app, and what the boot says of wrong options.
import assert from 'node:assert/strict';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { isResilienceError, ResilienceModule, ResilienceService } from 'nestjs-holdfast';
import { StockService } from './stock.js';

export async function useStrategies(app: INestApplicationContext): Promise<void> {
  const stock = app.get(StockService);

  let end: (count: number) => void = () => undefined;
  const counting = stock.count(new Promise((resolve) => (end = resolve)));
  await assert.rejects(stock.count(Promise.resolve(0)), (error) => isResilienceError(error, 'BULKHEAD_FULL'));
  end(7);
  assert.equal(await counting, 7);

  assert.equal(await stock.order('A1'), 'A1');
  await assert.rejects(
    stock.order('A2'),
    (error) => isResilienceError(error, 'RATE_LIMITED') && Number(error.retryAfter) > 0,
  );

  assert.equal(await stock.ask(), 'hedged');
  await useStream(stock);
  await useBulk(app.get(ResilienceService));
}

async function useStream(stock: StockService): Promise<void> {
  const rows: string[] = [];
  const read = async () => {
    for await (const row of stock.rows()) rows.push(row);
  };
  await assert.rejects(read(), /broken off/);
  assert.deepEqual([rows, stock.opened], [['first', 'second'], 3]);
}

async function useBulk(resilience: ResilienceService): Promise<void> {
  const operations = Array.from({ length: 20 }, (_, index) => async () => {
    if (index === 3) throw Object.assign(new Error('no such record'), { status: 404 });
    return index;
  });
  const result = await resilience.executeAll('impatient', operations, { successThreshold: 0.9 });
  assert.equal(result.successRate, 0.95);
  assert.deepEqual(
    result.failed.map(({ index, report }) => [index, report.reason]),
    [[3, 'permanent']],
  );
  await assert.rejects(resilience.executeAll('impatient', operations, { successThreshold: 1 }), (error) =>
    isResilienceError(error, 'BULK_FAILURE'),
  );
}

/** Everything that is wrong ends the boot in one error. */
export async function useWrongOptions(): Promise<void> {
  const wrong = { policies: { stock: { retry: { maxAttempts: -1 }, bulkhed: 5 } } };
  const root = ResilienceModule.forRoot(wrong as object);
  await assert.rejects(
    NestFactory.createApplicationContext(root, { logger: false, abortOnError: false }),
    (error) => {
      assert.ok(isResilienceError(error, 'CONFIG_INVALID'));
      assert.deepEqual(error.issues, [
        'policies.stock.retry.maxAttempts: expected an integer >= 1 (got -1)',
        "policies.stock.bulkhed: unknown key, did you mean 'bulkhead'?",
      ]);
      return true;
    },
  );
}
