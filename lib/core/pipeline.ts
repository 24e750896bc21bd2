import type { AdapterAttempt } from './attempt.js';
import { BareContext } from './attempt-context.js';
import type { CallResult } from './call-options.js';
import { Call } from './call.js';
import type { OperationFunction } from './call-invocation.js';
import { compileFastLane, type FastLane } from './fast-lane.js';
import type { AdapterCallOptions, CallerOptions } from './caller.js';
import type { Plan } from './plan.js';

/** A plan ready to run calls. */
export class Pipeline {
  /** `undefined` before the first call: state that it uses may be defined by a policy that comes later. */
  private fastLane: FastLane | null | undefined = undefined;

  constructor(readonly plan: Plan) {}

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
    const lane = options === undefined || isPlain(options) ? (this.fastLane ?? this.lane()) : null;
    const quick = lane === null ? null : lane.run(operation, self, args, options);
    return quick === null ? this.runLong(operation, self, args, options) : quick;
  }

  /** As {@link run}, for an operation that an adapter looks after, and a caller who may leave. */
  runFor(operation: (attempt: AdapterAttempt) => unknown, options: CallerOptions): Promise<unknown> {
    const quick = options.caller.left === null ? this.lane()?.runFor(operation, options) : null;
    return quick ?? this.runLong(operation, undefined, null, options);
  }

  /** As {@link run}, but tells how the call ended instead of throwing. */
  tryRun(
    operation: OperationFunction,
    self: unknown,
    args: readonly unknown[] | null,
    options?: AdapterCallOptions,
  ): Promise<CallResult<unknown>> {
    const refused = options === undefined || isPlain(options) ? this.lane()?.tryRefuse() : null;
    if (refused) return refused;
    const call = new Call(this.plan, operation, self, args, options);
    return call.run().then(
      (value) => ({ ok: true, value, report: call.report() }),
      (error: unknown) => ({ ok: false, error, report: call.report() }),
    );
  }

  private runLong(
    operation: OperationFunction,
    self: unknown,
    args: readonly unknown[] | null,
    options: AdapterCallOptions | undefined,
  ): Promise<unknown> {
    return new Call(this.plan, operation, self, args, options).run();
  }

  private lane(): FastLane | null {
    if (this.fastLane === undefined) this.fastLane = openFastLane(this.plan);
    return this.fastLane ?? null;
  }
}

/** Nothing in it stands against a call before it has failed. */
function isPlain(options: AdapterCallOptions | null): boolean {
  if (options === null) return true;
  const { signal, key, deadline, caller, givesItems } = options;
  return (signal ?? key ?? deadline ?? caller ?? givesItems) === undefined;
}

/** `undefined` where nobody has defined yet what it uses: the long way tells what is wrong, or the next call asks again. */
function openFastLane(plan: Plan): FastLane | null | undefined {
  try {
    return compileFastLane(plan);
  } catch {
    return undefined;
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
