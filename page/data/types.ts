/** What the server sends; see lib/dashboard/live. */
export type State = 'closed' | 'open' | 'halfOpen' | 'forcedOpen' | 'disabled' | 'observing';

export interface Circuit {
  readonly name: string;
  readonly key?: string;
  readonly state: State;
  readonly failures: number;
  readonly successes: number;
  readonly failureRatio?: number;
  readonly lastFailureAt?: number;
  readonly lastError?: string;
  readonly openUntil?: number;
  readonly resetTimeout: number;
  readonly probes: number;
}

export interface Use {
  readonly policy: string;
  readonly operation: string;
}

export interface BreakerView {
  readonly states: Readonly<Partial<Record<State, number>>>;
  readonly keys: number;
  readonly failureRatio?: number;
  readonly circuits: readonly Circuit[];
}

export interface Target {
  readonly name: string;
  readonly uses: readonly Use[];
  readonly breaker?: BreakerView;
  readonly bulkheads?: readonly {
    readonly inFlight: number;
    readonly limit: number;
    readonly queued: number;
  }[];
  readonly budget?: { readonly used: number; readonly allowed: number };
  readonly traffic: {
    readonly outcomes: Readonly<Record<string, number>>;
    readonly retries: number;
    readonly rejections: Readonly<Record<string, number>>;
    readonly latency?: readonly [number, number, number];
  };
}

export interface StateMessage {
  readonly at: number;
  readonly readOnly: boolean;
  readonly targets: Readonly<Record<string, Target>>;
}

export interface FiguresMessage {
  readonly at: number;
  readonly changed: Readonly<Record<string, Target>>;
  readonly gone: readonly string[];
}

export interface HappenedEvent {
  readonly id: string;
  readonly type: string;
  readonly at: number;
  readonly policy: string;
  readonly operation: string;
  readonly breaker?: string;
  readonly key?: string;
  readonly from?: State;
  readonly to?: State;
  readonly reason?: string;
  readonly error?: string;
  readonly category?: string;
  readonly outcome?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly ttl?: number;
  readonly attempt?: number;
  readonly maxAttempts?: number | string;
  readonly delay?: number;
  readonly count?: number;
  readonly message?: string;
  readonly scope?: string;
  readonly timeout?: number;
  readonly index?: number;
  readonly policies?: readonly string[];
  /** What a store of state calls itself. */
  readonly store?: string;
  readonly observed?: boolean;
}

export interface ShownOption {
  readonly path: string;
  readonly value: unknown;
  readonly source: string;
  readonly policy?: string;
}

export interface ShownPolicy {
  readonly name: string;
  readonly kind: 'policy' | 'operation';
  readonly options: readonly ShownOption[];
  readonly stats?: Readonly<Record<string, number>>;
}
