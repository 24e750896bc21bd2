import { presets, type PresetName } from '../../../../../lib/config/presets/presets.js';
import { resolvePolicy, type PolicyOptions } from '../../../../../lib/core/policy-options.js';
import { failureRatioAdvice } from '../../../../../lib/nest/boot/advisor/failure-ratio.js';
import { hedgeDelayAdvice } from '../../../../../lib/nest/boot/advisor/hedge-delay.js';
import type { PolicyRule } from '../../../../../lib/nest/boot/advisor/policy-rule.js';
import { queueTimeoutAdvice } from '../../../../../lib/nest/boot/advisor/queue-timeout.js';
import { resetTimeoutAdvice } from '../../../../../lib/nest/boot/advisor/reset-timeout.js';
import { totalTimeoutAdvice } from '../../../../../lib/nest/boot/advisor/total-timeout.js';
import {
  unhedgedHandlerAdvice,
  unhedgedMethodAdvice,
} from '../../../../../lib/nest/boot/advisor/unhedged.js';

type Expected = string | undefined;

function rows(rule: PolicyRule, table: readonly [PolicyOptions, Expected][]): void {
  it.each(table)('says of %j: %s', (options, expected) => {
    expect(rule(resolvePolicy('payments', options))).toEqual(
      expected === undefined ? undefined : expect.stringContaining(expected),
    );
  });
}

const plain = { jitter: false } as const;

describe('advice on the total timeout', () => {
  rows(totalTimeoutAdvice, [
    [
      { retry: { maxAttempts: 5 }, timeout: { attempt: '3s', total: '5s' } },
      '5 attempts of 3000 ms may need 15 s, and timeout.total is 5000 ms: the last ones are cut off or never begin; ' +
        'raise timeout.total, or lower timeout.attempt or retry.maxAttempts',
    ],
    [
      { retry: { backoff: plain }, timeout: { attempt: '1s', total: '5s' } },
      '3 attempts of 1000 ms with backoffs of 3000 ms at least may need 6000 ms',
    ],
    [
      { retry: { backoff: { ...plain, initialDelay: '3s' } }, timeout: '5s' },
      '3 attempts with backoffs of 9000 ms at least may need 9000 ms, and timeout.total is 5000 ms: the last ones are cut ' +
        'off or never begin; raise timeout.total, or lower the backoff or retry.maxAttempts',
    ],
    [
      { retry: { backoff: { jitter: 'equal' } }, timeout: { attempt: '1s', total: '4499ms' } },
      'of 1500 ms at least',
    ],
    [
      { retry: { backoff: { minDelay: '1s' } }, timeout: { attempt: '1s', total: '4s' } },
      'of 2000 ms at least',
    ],
    [{ retry: { backoff: plain }, timeout: { attempt: '1s', total: '6s' } }, undefined],
    [{ retry: {}, timeout: { attempt: '1s', total: '3s' } }, undefined],
    [{ retry: { backoff: () => 60_000 }, timeout: { attempt: '1s', total: '3s' } }, undefined],
    [{ retry: {}, timeout: '1s' }, undefined],
    [{ retry: {}, timeout: { attempt: '9s' } }, undefined],
    [{ retry: { maxAttempts: 1 }, timeout: { attempt: '9s', total: '5s' } }, undefined],
    [{ retry: { maxAttempts: Infinity }, timeout: { attempt: '9s', total: '5s' } }, undefined],
    [{ timeout: { attempt: '9s', total: '5s' } }, undefined],
    [{ retry: {}, timeout: { attempt: '30s', total: '60s' } }, undefined], // the limits of the preset `default`
    [
      { retry: { maxAttempts: 4 }, timeout: { attempt: '30s', total: '60s' } },
      '4 attempts of 30 s may need 2 m',
    ],
  ]);
});

describe('advice on the reset timeout', () => {
  rows(resetTimeoutAdvice, [
    [
      { circuitBreaker: { resetTimeout: '5s' }, timeout: { attempt: '30s' } },
      'circuitBreaker.resetTimeout is 5000 ms, shorter than timeout.attempt, 30 s: probes begin while attempts from before ' +
        'still hang; give a resetTimeout of 30 s or more',
    ],
    [{ circuitBreaker: { resetTimeout: '5s' }, timeout: '10s' }, 'shorter than timeout.total, 10 s'],
    [{ circuitBreaker: { resetTimeout: '5s' }, retry: {}, timeout: '10s' }, undefined],
    [{ circuitBreaker: { resetTimeout: '5s' }, timeout: { attempt: '5s' } }, undefined],
    [{ circuitBreaker: { resetTimeout: '5s' } }, undefined],
    [{ circuitBreaker: { resetTimeout: Infinity }, timeout: { attempt: '5s' } }, undefined],
    [{ timeout: { attempt: '2h' } }, undefined],
  ]);
});

describe('advice on the failure ratio', () => {
  rows(failureRatioAdvice, [
    [
      { circuitBreaker: {}, rateLimiter: { limit: 100 } },
      'up to 100 calls a second, and the circuit opens after 5 failures in a row, which one short hiccup can make: set ' +
        'circuitBreaker.failureRatio, such as 0.5',
    ],
    [
      { circuitBreaker: { failureThreshold: 9 }, rateLimiter: { limit: 2100, interval: '1m' } },
      'up to 35 calls',
    ],
    [{ circuitBreaker: {}, rateLimiter: { limit: 20 } }, undefined],
    [{ circuitBreaker: { failureRatio: 0.5 }, rateLimiter: { limit: 100 } }, undefined],
    [{ circuitBreaker: { failureRatio: 0.5, failureThreshold: 5 }, rateLimiter: { limit: 100 } }, undefined],
    [{ circuitBreaker: {}, rateLimiter: { name: 'shared' } }, undefined],
    [{ circuitBreaker: {} }, undefined],
    [{ rateLimiter: { limit: 100 } }, undefined],
  ]);
});

describe('advice on the queue timeout', () => {
  rows(queueTimeoutAdvice, [
    [
      { bulkhead: { maxQueue: 5, queueTimeout: '10s' }, timeout: '5s' },
      'bulkhead.queueTimeout is 10 s, longer than timeout.total, 5000 ms: calls time out in the queue without ever running; ' +
        'lower bulkhead.queueTimeout',
    ],
    [{ bulkhead: { maxQueue: 5, queueTimeout: '5s' }, timeout: '5s' }, undefined],
    [{ bulkhead: { maxQueue: 0, queueTimeout: '10s' }, timeout: '5s' }, undefined],
    [{ bulkhead: { maxQueue: 5 }, timeout: '5s' }, undefined],
    [{ bulkhead: { maxQueue: 5, queueTimeout: '10s' } }, undefined],
    [{ timeout: '5s' }, undefined],
  ]);
});

describe('advice on the delay of hedges', () => {
  rows(hedgeDelayAdvice, [
    [
      { hedge: { delay: '2s' }, timeout: { attempt: '2s' } },
      'hedge.delay is 2000 ms, and timeout.attempt ends the first invocation after 2000 ms: no hedge ever runs beside it',
    ],
    [{ hedge: { delay: 1999 }, timeout: { attempt: '2s' } }, undefined],
    [{ hedge: { percentile: 95 }, timeout: { attempt: '2s' } }, undefined],
    [{ hedge: { delay: '2s' } }, undefined],
    [{ timeout: { attempt: '2s' } }, undefined],
  ]);
});

describe('advice on hedges of a method', () => {
  rows(unhedgedMethodAdvice, [
    [{ hedge: { delay: 1 } }, 'its hedges never come, for only what has idempotent: true is hedged'],
    [{ hedge: { delay: 1 }, idempotent: false }, 'its hedges never come'],
    [{ hedge: { delay: 1 }, idempotent: true }, undefined],
    [{ hedge: { delay: 1, maxHedges: 0 } }, undefined],
    [{}, undefined],
  ]);
});

describe('advice on hedges of a handler', () => {
  rows(unhedgedHandlerAdvice, [
    [{ hedge: { delay: 1 }, idempotent: true }, 'handlers are never hedged'],
    [{ hedge: { delay: 1, maxHedges: 0 } }, undefined],
    [{}, undefined],
  ]);
});

describe('a preset', () => {
  const rules = [
    totalTimeoutAdvice,
    resetTimeoutAdvice,
    failureRatioAdvice,
    queueTimeoutAdvice,
    hedgeDelayAdvice,
    unhedgedMethodAdvice,
    unhedgedHandlerAdvice,
  ];

  it.each(Object.keys(presets) as PresetName[])('%s needs no advice, with a breaker neither', (name) => {
    for (const more of [{}, { circuitBreaker: {} }]) {
      const settings = resolvePolicy(name, { ...presets[name], ...more });
      expect(rules.map((rule) => rule(settings))).toEqual(rules.map(() => undefined));
    }
  });
});
