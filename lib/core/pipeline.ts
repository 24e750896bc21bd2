import { BareContext } from './attempt-context.js';
import type { CallResult } from './call-options.js';
import { Call } from './call.js';
import type { OperationFunction } from './call-invocation.js';
import { compileFastLane, type FastLane } from './fast-lane.js';
import type { AdapterCallOptions } from './caller.js';
import type { Plan } from './plan.js';

/** A plan ready to run calls. */
export class Pipeline {
  private readonly fastLane: FastLane | null;

  constructor(readonly plan: Plan) {
    this.fastLane = compileFastLane(plan);
  }

  /**
   * Runs an operation; never throws synchronously.
   *
   * @param args what the operation is called with; `null` hands it the attempt's context instead
   */
  run(
    operation: OperationFunction,
    self: unknown,
    args: readonly unknown[] | null,
    options?: AdapterCallOptions,
  ): Promise<unknown> {
    const quick = options === undefined ? this.fastLane?.run(operation, self, args) : null;
    return quick ?? new Call(this.plan, operation, self, args, options).run();
  }

  /** As {@link run}, but tells how the call ended instead of throwing. */
  tryRun(
    operation: OperationFunction,
    self: unknown,
    args: readonly unknown[] | null,
    options?: AdapterCallOptions,
  ): Promise<CallResult<unknown>> {
    const refused = options === undefined ? this.fastLane?.tryRefuse() : null;
    if (refused) return refused;
    const call = new Call(this.plan, operation, self, args, options);
    return call.run().then(
      (value) => ({ ok: true, value, report: call.report() }),
      (error: unknown) => ({ ok: false, error, report: call.report() }),
    );
  }
}

/** Runs an operation that no policy protects, with a context that says so. */
export async function runBare(
  { policy, operation }: { readonly policy: string; readonly operation: string },
  run: OperationFunction,
  self: unknown,
  args: readonly unknown[] | null,
): Promise<unknown> {
  return args === null
    ? run.call(self, new BareContext(policy, operation))
    : run.apply(self, args as unknown[]);
}
