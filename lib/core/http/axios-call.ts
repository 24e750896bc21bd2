import { causeOf, MAX_LINKS } from '../classify/links.js';
import type { Interruption } from '../interruption.js';
import type { AbortWatcher } from '../signal-hub.js';
import type { AxiosAnswer, AxiosConfig } from './axios-types.js';
import { HttpCall } from './http-call.js';

/** One call of axios: both the signal and the cancel token of its configuration end it. */
export class AxiosCall extends HttpCall<AxiosAnswer> {
  private cancel: () => void = () => undefined;

  constructor(private readonly config: AxiosConfig) {
    super({ body: config.data, signal: config.signal, bodyOf: ({ data }) => data, answerIn: responseOf });
  }

  override get left(): Interruption | null {
    const reason = this.config.cancelToken?.reason;
    return reason === undefined ? null : { kind: 'aborted', error: reason };
  }

  override watch(call: AbortWatcher): void {
    this.cancel = this.cancelled.bind(this, call);
    this.config.cancelToken?.subscribe(this.cancel);
  }

  override end(given: unknown): void {
    this.config.cancelToken?.unsubscribe(this.cancel);
    super.end(given);
  }

  private cancelled(call: AbortWatcher): void {
    call.aborted({ kind: 'aborted', error: this.config.cancelToken?.reason });
  }

  /** The call has failed; the answer that its error carries belongs to the caller. */
  failed(error: unknown): void {
    let link = error;
    for (let i = 0; i < MAX_LINKS && !this.holds(responseOf(link)); i += 1) link = causeOf(link);
    this.end(responseOf(link));
  }
}

/** The answer behind an `AxiosError`. */
function responseOf(error: unknown): AxiosAnswer | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { response } = error as { response?: unknown };
  return typeof response === 'object' && response !== null ? (response as AxiosAnswer) : undefined;
}
