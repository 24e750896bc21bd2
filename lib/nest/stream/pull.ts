type Result = IteratorResult<unknown, unknown>;

/** One wait for an item, which can end without one. What the source gives afterwards is observed and dropped. */
export class Pull {
  readonly result: Promise<Result>;
  private settle: { resolve(result: Result): void; reject(error: unknown): void } | undefined;

  constructor(step: () => Promise<Result>) {
    this.result = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      step().then(resolve, reject);
    });
  }

  fail(error: unknown): void {
    this.settle?.reject(error);
  }

  end(): void {
    this.settle?.resolve({ done: true, value: undefined });
  }
}
