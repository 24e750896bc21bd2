import type { Random } from '../../random.js';
import { adaptiveDelay } from './adaptive.js';
import type { BackoffSettings } from './backoff-options.js';
import type { BackoffRule } from './backoff-rule.js';
import { exponentialDelay } from './exponential.js';
import { fibonacciDelay } from './fibonacci.js';
import { fixedDelay } from './fixed.js';
import { decorrelatedDelay, jittered } from './jitter.js';
import { linearDelay } from './linear.js';

/** What a delay depends on besides the settings and the attempt. */
export interface DelayInputs {
  random: Random;
  /** The last delay after bounds, in milliseconds, for `decorrelated`; `undefined` before there is one. */
  previous?: number | undefined;
  /** The success ratio of the last attempts, for `adaptive`; `undefined` while they are too few. */
  successRatio?: number | undefined;
}

const rules: Record<Exclude<BackoffSettings['type'], 'adaptive'>, BackoffRule> = {
  fixed: fixedDelay,
  linear: linearDelay,
  exponential: exponentialDelay,
  fibonacci: fibonacciDelay,
};

/** The delay in milliseconds after the given attempt (from 1): the rule, then jitter, then `minDelay` and `maxDelay`. */
export function computeDelay(settings: BackoffSettings, attempt: number, inputs: DelayInputs): number {
  return Math.min(Math.max(spreadDelay(settings, attempt, inputs), settings.minDelayMs), settings.maxDelayMs);
}

function spreadDelay(settings: BackoffSettings, attempt: number, inputs: DelayInputs): number {
  const { jitter, initialDelayMs } = settings;
  if (jitter === 'decorrelated') {
    return decorrelatedDelay(initialDelayMs, inputs.previous ?? initialDelayMs, inputs.random);
  }
  return jittered(plainDelay(settings, attempt, inputs.successRatio), jitter, inputs.random);
}

function plainDelay(settings: BackoffSettings, attempt: number, successRatio: number | undefined): number {
  if (settings.type === 'adaptive') return adaptiveDelay(settings, attempt, successRatio);
  return rules[settings.type](settings, attempt);
}
