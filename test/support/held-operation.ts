/** One run of a {@link heldOperation}, settled by the test. */
export interface HeldRun {
  resolve(value?: unknown): void;
  reject(error: unknown): void;
}

/** An operation each of whose runs stays under way until the test settles it. */
export function heldOperation() {
  const runs: HeldRun[] = [];
  const operation = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      runs.push({ resolve, reject });
    });
  return { runs, operation };
}

/** Lets everything run that can run without time moving. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
