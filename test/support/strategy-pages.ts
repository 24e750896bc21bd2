import { adaptiveThrottleShape } from '../../lib/core/adaptive-throttle/adaptive-throttle-options.js';
import { bulkheadShape } from '../../lib/core/bulkhead/bulkhead-options.js';
import { circuitBreakerShape } from '../../lib/core/circuit-breaker/circuit-breaker-options.js';
import { fallbackShape } from '../../lib/core/fallback/fallback-options.js';
import { hedgeShape } from '../../lib/core/hedge/hedge-options.js';
import type { NodeShape } from '../../lib/core/options/shape.js';
import { rateLimiterShape } from '../../lib/core/rate-limiter/rate-limiter-options.js';
import { retryShape } from '../../lib/core/retry/retry-options.js';
import { timeoutShape } from '../../lib/core/timeout/timeout-options.js';
import { readDocument } from './markdown.js';

const shapes: Readonly<Record<string, NodeShape<unknown>>> = {
  retry: retryShape,
  'circuit-breaker': circuitBreakerShape,
  timeout: timeoutShape,
  bulkhead: bulkheadShape,
  'rate-limiter': rateLimiterShape,
  'adaptive-throttle': adaptiveThrottleShape,
  hedging: hedgeShape,
  fallback: fallbackShape,
};

/** The page of each strategy, with the shape of its options. */
export const strategyPages = Object.keys(shapes).map((name) => ({
  name,
  shape: shapes[name] as NodeShape<unknown>,
  text: readDocument(`docs/strategies/${name}.md`),
}));

/** The text of one page. */
export function pageOf(name: string): string {
  return strategyPages.find((page) => page.name === name)?.text ?? '';
}
