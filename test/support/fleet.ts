import { createPolicy, type NamedPolicyOptions } from '../../lib/core/create-policy.js';
import type { CircuitEvent } from '../../lib/core/events/event-types.js';
import type {
  CircuitExchange,
  CircuitNews,
  CircuitNewsHere,
  ProbeLease,
  ProbeRequest,
} from '../../lib/core/ports/circuit-exchange.js';
import type { StateStore } from '../../lib/core/ports/state-store.js';
import { VirtualClock } from '../../lib/testing/virtual-clock.js';

/** Where virtual instances meet: what one tells, the others hear in the same turn; one probe at a time. */
export class MeetingPlace {
  readonly told: CircuitNewsHere[] = [];
  readonly asked: ProbeRequest[] = [];
  readonly released: number[] = [];
  /** How a question for the probe is answered; by default the first one gets it until it gives it back. */
  answer: 'first' | 'never' | 'fails' = 'first';
  private readonly listeners = new Map<string, (news: CircuitNews) => void>();
  private holder: number | undefined;
  private lastToken = 0;

  constructor(readonly clock: VirtualClock) {}

  /** What the instance hears of one that the test plays. */
  tell(news: CircuitNews): void {
    for (const listener of this.listeners.values()) listener(news);
  }

  store(instance: string, quorum: number): StateStore {
    return {
      description: 'a meeting place',
      load: () => Promise.resolve([]),
      save: () => Promise.resolve(),
      exchange: this.exchange(instance, quorum),
    };
  }

  private exchange(instance: string, quorum: number): CircuitExchange {
    return {
      quorum,
      answerWithinMs: 50,
      publish: (news) => {
        this.told.push(news);
        const heard = (news.type === 'opened' ? { ...news, ageMs: 0 } : news) as CircuitNews;
        for (const [name, listener] of this.listeners)
          if (name !== instance) listener({ ...heard, instance });
      },
      listen: (listener) => {
        this.listeners.set(instance, listener);
        return () => this.listeners.delete(instance);
      },
      requestProbe: (request) => this.lease(request),
      releaseProbe: (_circuit, { token }) => {
        this.released.push(token);
        if (this.holder === token) this.holder = undefined;
      },
    };
  }

  private lease(request: ProbeRequest): Promise<ProbeLease | null> {
    this.asked.push(request);
    if (this.answer === 'fails') return Promise.reject(new Error('away'));
    if (this.answer === 'never') return new Promise(() => undefined);
    if (this.holder !== undefined) return Promise.resolve(null);
    this.holder = ++this.lastToken;
    return Promise.resolve({ token: this.holder });
  }
}

/** An instance of a fleet: one policy with its own engine, and how its dependency behaves. */
export function instanceAt(
  place: MeetingPlace,
  name: string,
  given: NamedPolicyOptions & { quorum?: number } = {},
) {
  const { quorum = 2, ...options } = given;
  const circuitBreaker = { failureThreshold: 1, resetTimeout: '10s', ...options.circuitBreaker } as const;
  const policy = createPolicy(
    { name: 'payments', ...options, circuitBreaker },
    { clock: place.clock, store: place.store(name, quorum) },
  );
  const reasons: string[] = [];
  const note = ({ from, to, reason }: CircuitEvent): void => void reasons.push(`${from} → ${to}: ${reason}`);
  for (const type of ['circuitOpened', 'circuitHalfOpened', 'circuitClosed'] as const)
    policy.events.on(type, note);
  const down = Object.assign(new Error('down'), { code: 'ECONNRESET' });
  let invoked = 0;
  const call = async (works: boolean, key?: string): Promise<string> => {
    const result = await policy.tryExecute(
      () => {
        invoked++;
        if (!works) throw down;
      },
      key === undefined ? {} : { key },
    );
    return result.ok ? 'ok' : result.error === down ? 'failed' : (result.error as { code: string }).code;
  };
  return {
    policy,
    reasons,
    succeed: (key?: string) => call(true, key),
    fail: (key?: string) => call(false, key),
    get invoked() {
      return invoked;
    },
    state: (key?: string) => policy.breaker(key)!.snapshot().state,
  };
}
