import type { RetryBudgetOptions } from '../../lib/core/retry/budget-options.js';
import { scripted } from '../../lib/testing/scripted.js';
import { noBackoff, virtualEngine } from '../support/virtual-policy.js';

/** A policy whose operation always fails and which would retry each call once, in frozen time. */
function failing(budget: RetryBudgetOptions) {
  const { policyOf } = virtualEngine();
  const policy = policyOf('p', { retry: { maxAttempts: 2, backoff: noBackoff, budget } });
  const operation = scripted([new Error('down')]);
  return { policy, retries: () => policy.stats().retries, call: () => policy.tryExecute(operation) };
}

/*
 * finagle-core/src/test/scala/com/twitter/finagle/service/RetryBudgetTest.scala, `testBudget`: of 10,000 requests that
 * all want one retry, at one instant, requests · percentCanRetry + minRetriesPerSec · ttl are retried, give or take one.
 * percentCanRetry is `ratio` here, minRetriesPerSec `minPerSecond`, and ttl `window`.
 */
describe("Finagle's vectors", () => {
  it.each([
    ['60s', 0, 0.1],
    ['60s', 0, 0.5],
    ['60s', 0, 0.25],
    ['60s', 0, 0.75],
    ['60s', 0, 0.99],
    ['60s', 0, 0.999],
    ['60s', 0, 0.9999],
    ['60s', 0, 0.01],
    ['60s', 0, 0.001],
    ['60s', 0, 0.0001],
    // As good as 0, which is no ratio here.
    ['1s', 10, 1e-9],
    ['2s', 5, 1e-9],
    ['1s', 10, 0.1],
    ['2s', 5, 0.5],
  ] as const)('window %s, %d a second and ratio %d', async (window, minPerSecond, ratio) => {
    const { retries, call } = failing({ window, minPerSecond, ratio });
    for (let i = 0; i < 10_000; i++) await call();
    const expected = 10_000 * ratio + minPerSecond * (window === '2s' ? 2 : window === '1s' ? 1 : 60);

    expect(Math.abs(retries() - Math.floor(expected))).toBeLessThanOrEqual(1);
  });
});

/*
 * api/envoy/config/cluster/v3/circuit_breaker.proto, `RetryBudget`: retries under way are at most budget_percent of the
 * requests under way, but min_retry_concurrency in any case. `test/common/upstream/resource_manager_impl_test.cc` has 20 %
 * and 5; the defaults are 20 % and 3. What Envoy takes the larger of is added here, so calls that are all under way at
 * once are retried at most as often as with both.
 */
describe("Envoy's vectors", () => {
  it.each([
    // requests under way, percent, min_retry_concurrency, Envoy's limit, the limit here
    [100, 20, 3, 20, 23],
    [5, 20, 3, 3, 4],
    [1, 20, 5, 5, 5],
    [200, 20, 5, 40, 45],
    [100, 1, 0, 1, 1],
  ])('%d requests, %d percent and at least %d', async (requests, percent, least, theirs, limit) => {
    const { retries, call } = failing({ ratio: percent / 100, minPerSecond: least / 10, window: '10s' });
    await Promise.all(Array.from({ length: requests }, call));

    expect(Math.max((requests * percent) / 100, least)).toBe(theirs);
    expect(retries()).toBe(Math.min(requests, limit));
  });
});

/*
 * grpc/proposal A6-client-retries.md, "Throttling Retry Attempts and Hedged RPCs", with its example of maxTokens 10 and
 * tokenRatio 0.1: a failure takes a token, a success brings back a tenth of one, and retries need more than half of them.
 * So of failures alone 4 are retried, and one more for every ten successes: here, a ratio of 0.1 and 4 in the window.
 */
describe("gRPC's vectors", () => {
  const budget = { ratio: 0.1, minPerSecond: 0.4, window: '10s' } as const;

  function grpc(maxTokens: number, tokenRatio: number) {
    let tokens = maxTokens;
    return {
      succeeded: () => (tokens = Math.min(maxTokens, tokens + tokenRatio)),
      failedAndMayRetry: () => (tokens = Math.max(0, tokens - 1)) > maxTokens / 2,
    };
  }

  it('retries as few failures of an outage', async () => {
    const { retries, call } = failing(budget);
    const tokens = grpc(10, 0.1);
    const theirs = Array.from({ length: 9 }, () => tokens.failedAndMayRetry()).filter(Boolean).length;
    for (let i = 0; i < 9; i++) await call();

    expect(theirs).toBe(4);
    expect(retries()).toBe(theirs + 1);
  });

  it.each([0, 10, 50, 100])('has a tenth of a retry for each of %d successes', async (successes) => {
    const { policy, retries, call } = failing(budget);
    for (let i = 0; i < 4; i++) await call();
    const before = retries();
    for (let i = 0; i < successes; i++) await policy.execute(() => 'fine');
    for (let i = 0; i < 5; i++) await call();

    // The failing calls are calls, too: nine of them give the first of these.
    expect(before).toBe(4);
    expect(retries() - before).toBe(Math.min(5, Math.ceil((successes + 9) * 0.1)));
  });
});
