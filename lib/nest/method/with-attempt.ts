import type { AttemptContext } from '../../core/attempt-context.js';

/** The arguments with the context at the place of the `@Attempt()` parameter, whatever a caller passed there. */
export function withAttempt(
  index: number | undefined,
  args: unknown[],
  context: () => AttemptContext,
): unknown[] {
  if (index === undefined) return args;
  const filled = [...args];
  while (filled.length < index) filled.push(undefined);
  filled[index] = context();
  return filled;
}
