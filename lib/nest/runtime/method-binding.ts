import { Attempt } from '../../core/attempt.js';
import { FirstAttempt } from '../../core/first-attempt.js';
import { BareContext, type AttemptContext } from '../../core/attempt-context.js';
import type { CallOptions } from '../../core/call-options.js';
import { HANDED_OFF } from '../../core/hand-off.js';
import type { Pipeline } from '../../core/pipeline.js';
import type { Plan } from '../../core/plan.js';
import type { MethodDefinition } from '../method/method-definition.js';
import { kindOf, type StreamKind } from '../method/result-kind.js';
import { withAttempt } from '../method/with-attempt.js';
import { iterablePromise } from '../stream/iterable-promise.js';
import { protectIterable } from '../stream/protect-iterable.js';
import { protectObservable } from '../stream/protect-observable.js';
import type { OpenStream, RunStream } from '../stream/run-stream.js';

/** A stream that the first call of a method gave, and the context that its arguments may hold. */
interface FoundStream {
  readonly stream: unknown;
  readonly kind: Exclude<StreamKind, 'promise'>;
  readonly context: AttemptContext;
}

/** A protected method on the instances of one class, in one application: ready to run. */
export class MethodBinding {
  constructor(
    /** The class of the instances. */
    readonly type: Function,
    readonly definition: MethodDefinition,
    private readonly operation: string,
    /** `null` where the policy, or everything, is switched off. */
    private readonly pipeline: Pipeline | null,
  ) {}

  /** What calls run under; `undefined` where they run bare. */
  get plan(): Plan | undefined {
    return this.pipeline?.plan;
  }

  run(instance: object, args: unknown[]): unknown {
    const { pipeline, definition } = this;
    if (pipeline === null) return this.runBare(instance, args);
    if (definition.kind === 'promise') {
      return definition.attemptIndex === undefined
        ? pipeline.run(definition.original, instance, args)
        : pipeline.run(this.operationOf(instance, args), instance, null, { args });
    }
    if (definition.kind === undefined) return this.runUnknown(pipeline, instance, args);
    return this.protectStream(pipeline, definition.kind, instance, args, this.operationOf(instance, args));
  }

  private runBare(instance: object, args: unknown[]): unknown {
    const { original, attemptIndex } = this.definition;
    return original.apply(
      instance,
      withAttempt(attemptIndex, args, () => new BareContext('', this.operation)),
    );
  }

  private operationOf(instance: object, args: unknown[]): OpenStream {
    const { original, attemptIndex } = this.definition;
    return (context) =>
      original.apply(
        instance,
        withAttempt(attemptIndex, args, () => context),
      );
  }

  /**
   * A call tells what the method gives. A stream that it gives at once is handed on: its first subscription takes this
   * very one. If the call gives nothing at once, for it was refused, all that can be given is a promise,
   * one that can be iterated if need be.
   */
  private runUnknown(pipeline: Pipeline, instance: object, args: unknown[]): unknown {
    const operation = this.operationOf(instance, args);
    let found: FoundStream | undefined;
    let isAtOnce = true;
    const result = pipeline.run(
      (context: AttemptContext) => {
        const stream = operation(context);
        const kind = (this.definition.kind = kindOf(stream));
        if (!isAtOnce || kind === undefined || kind === 'promise') return stream;
        found = { stream, kind, context };
        throw HANDED_OFF;
      },
      instance,
      null,
      { args },
    );
    isAtOnce = false;
    if (found === undefined) return this.definition.kind === 'promise' ? result : iterablePromise(result);
    return this.protectStream(pipeline, found.kind, instance, args, takingFirst(found, operation));
  }

  private protectStream(
    pipeline: Pipeline,
    kind: Exclude<StreamKind, 'promise'>,
    instance: object,
    args: unknown[],
    open: OpenStream,
  ): unknown {
    const run: RunStream = (attempt, options: CallOptions) =>
      pipeline.run(attempt, instance, null, { ...options, args });
    const limits = pipeline.plan.settings.timeout ?? {};
    const tools = { run, limits, scope: pipeline.plan };
    return kind === 'iterable' ? protectIterable(open, tools) : protectObservable(open, tools);
  }
}

/** Opens the stream that is there already, and from then on a new one each time. */
function takingFirst({ stream, context }: FoundStream, operation: OpenStream): OpenStream {
  let isTaken = false;
  return (attempt) => {
    if (isTaken) return operation(attempt);
    isTaken = true;
    obey(context, attempt);
    return stream;
  };
}

/** The context that the method has seen aborts with the one of the attempt that its stream now belongs to. */
function obey(seen: AttemptContext, actual: AttemptContext): void {
  const { signal } = actual;
  const follow = (): void => {
    if (seen instanceof Attempt || seen instanceof FirstAttempt) seen.abort(signal.reason);
  };
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
}
