import type { PolicyOptions } from '../../core/policy-options.js';

/** The policies that exist without being written down, unless `presets: false`. */
export type PresetName = 'default' | 'network' | 'database' | 'quick' | 'aggressive' | 'api' | 'file';

const remote = ['network', 'timeout', 'rateLimit', 'server'] as const;

/**
 * The presets, written as a user would write them. All use full jitter; all but `quick` keep a retry budget.
 *
 * A policy of the same name extends its preset; `extends: false` starts empty instead.
 */
export const presets: Readonly<Record<PresetName, PolicyOptions>> = {
  default: {
    retry: { maxAttempts: 3, backoff: exponential('1s', 2, '60s'), budget: true },
    timeout: { attempt: '30s', total: '60s' },
  },
  network: {
    retry: { maxAttempts: 5, backoff: exponential('2s', 2, '60s'), retryOn: remote, budget: true },
    timeout: { attempt: '20s', total: '120s' },
  },
  database: {
    retry: {
      maxAttempts: 3,
      backoff: exponential('2s', 1.5, '60s'),
      retryOn: ['network', 'timeout', 'database'],
      budget: true,
    },
    timeout: { attempt: '60s', total: '180s' },
  },
  quick: {
    retry: { maxAttempts: 2, backoff: exponential('100ms', 2, '1s') },
    timeout: { attempt: '2s', total: '5s' },
  },
  aggressive: {
    retry: { maxAttempts: 10, backoff: exponential('500ms', 1.2, '60s'), budget: true },
    timeout: { attempt: '30s', total: '300s' },
  },
  api: {
    retry: { maxAttempts: 3, backoff: exponential('2s', 2, '30s'), retryOn: remote, budget: true },
    timeout: { attempt: '15s', total: '60s' },
  },
  file: {
    retry: {
      maxAttempts: 3,
      backoff: exponential('3s', 2, '60s'),
      retryOn: ['network', 'timeout', 'server', 'database'],
      budget: true,
    },
    timeout: { total: '300s' },
  },
};

function exponential(initialDelay: string, factor: number, maxDelay: string) {
  return { type: 'exponential', initialDelay, factor, maxDelay, jitter: 'full' } as const;
}
