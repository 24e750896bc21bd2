import type { BackoffRule } from './backoff-rule.js';

/** From F(1477) on, Fibonacci numbers are beyond what a number holds. */
const firstInfinite = 1477;

/** Grows with the Fibonacci numbers 1, 1, 2, 3, 5, …: i · F(n); `Infinity` where that is beyond what a number holds. */
export const fibonacciDelay: BackoffRule = ({ initialDelayMs }, attempt) =>
  // Nothing times a number that has overflowed is not a number.
  initialDelayMs === 0 ? 0 : initialDelayMs * fibonacci(attempt);

function fibonacci(n: number): number {
  let [current, next] = [1, 1];
  for (let i = Math.min(n, firstInfinite); i > 1; i--) [current, next] = [next, current + next];
  return current;
}
