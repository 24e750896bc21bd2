import { Emitter } from '../../core/events/emitter.js';

/** The listeners of each policy by its name, which stay whenever the policy is compiled anew. */
export class PolicyEmitters {
  private readonly byName = new Map<string, Emitter>();

  /** @param all hears of the events of every policy */
  constructor(private readonly all: Emitter) {}

  of(name: string): Emitter {
    let emitter = this.byName.get(name);
    if (emitter === undefined) this.byName.set(name, (emitter = new Emitter(this.all)));
    return emitter;
  }

  /** Drops every listener of every policy. */
  clear(): void {
    for (const emitter of this.byName.values()) emitter.clear();
  }
}
