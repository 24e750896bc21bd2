import { CircuitModel, type ModelRules } from './circuit-model.js';

export type Key = string | undefined;

interface Entry {
  readonly key: string;
  readonly circuit: CircuitModel;
}

/**
 * What the contract says of a breaker with keys: a circuit for each, at most `maxKeys` of them besides the unkeyed one.
 * When a further key comes, the least recently used closed one goes, else the least recently used one; what still runs
 * in it touches nothing any more.
 */
export class BreakerModel {
  readonly time = { now: 0 };
  /** What was told since somebody last looked. */
  readonly events: string[] = [];
  private readonly unkeyed: CircuitModel;
  /** In the order of their use. */
  private entries: Entry[] = [];

  constructor(
    private readonly rules: ModelRules,
    private readonly maxKeys: number,
  ) {
    this.unkeyed = new CircuitModel(rules, this.time, (step) => this.events.push(step));
  }

  /** The circuit of this key, which is used now. */
  of(key: Key): CircuitModel {
    if (key === undefined) return this.unkeyed;
    const known = this.entries.find((entry) => entry.key === key);
    if (known !== undefined) return this.touched(known);
    while (this.entries.length >= this.maxKeys) this.forgetOne();
    return this.touched({ key, circuit: this.newCircuit(key) });
  }

  /** As {@link of}, by one who only looks. */
  peek(key: Key): CircuitModel | undefined {
    return key === undefined ? this.unkeyed : this.entries.find((entry) => entry.key === key)?.circuit;
  }

  private newCircuit(key: string): CircuitModel {
    const circuit: CircuitModel = new CircuitModel(this.rules, this.time, (step) => {
      const entry = this.entries.find((one) => one.circuit === circuit);
      if (entry === undefined) return;
      this.touched(entry);
      this.events.push(`${key}: ${step}`);
    });
    return circuit;
  }

  private touched(entry: Entry): CircuitModel {
    this.entries = [...this.entries.filter((one) => one !== entry), entry];
    return entry.circuit;
  }

  private forgetOne(): void {
    const victim = this.entries.find(({ circuit }) => circuit.isIdle) ?? this.entries[0];
    this.entries = this.entries.filter((entry) => entry !== victim);
  }
}
