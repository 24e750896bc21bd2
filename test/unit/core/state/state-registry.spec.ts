import { StateRegistry, type SharedState } from '../../../../lib/core/state/state-registry.js';

interface Settings {
  readonly limit: number;
}

class State implements SharedState<Settings> {
  constructor(
    readonly name: string,
    public settings: Settings,
  ) {}

  reconfigure(settings: Settings): void {
    this.settings = settings;
  }
}

function registry() {
  const states = new StateRegistry<Settings, State>(
    'circuit breaker',
    (name, settings) => new State(name, settings),
  );
  /** A claim that defines the state, or, without a limit, only joins it. */
  const claim = (name: string, place: string, limit?: number): State =>
    states.claim({
      name,
      place,
      settings: { limit: limit ?? 5 },
      signature: limit === undefined ? undefined : `limit ${limit}`,
    });
  return { states, claim };
}

describe('StateRegistry', () => {
  it('gives all who claim a name the same state, and others another', () => {
    const { states, claim } = registry();
    const cards = claim('cards', 'policy "a"', 1);
    expect(claim('cards', 'policy "b"', 1)).toBe(cards);
    expect(claim('mails', 'policy "b"', 1)).not.toBe(cards);
    expect([...states.all()].map(({ name }) => name)).toEqual(['cards', 'mails']);
    expect(states.get('cards')).toBe(cards);
    expect(states.get('none')).toBeUndefined();
  });

  it('refuses other options for a name, and names both places', () => {
    const { claim } = registry();
    const cards = claim('cards', 'policy "a"', 1);
    expect(() => claim('cards', 'Payments.charge (policy "b")', 2)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        issues: [
          'circuit breaker "cards" is defined twice with different options: by policy "a" and by ' +
            'Payments.charge (policy "b"); give one of them another `name`, or leave only `name` in one so that it ' +
            'joins the other',
        ],
      }),
    );
    expect(cards.settings).toEqual({ limit: 1 });
  });

  it('lets a claim without options join, before and after the one that has them', () => {
    const { claim } = registry();
    const cards = claim('cards', 'policy "early"');
    expect(cards.settings).toEqual({ limit: 5 });
    expect(claim('cards', 'policy "a"', 1)).toBe(cards);
    expect(cards.settings).toEqual({ limit: 1 });
    expect(claim('cards', 'policy "late"')).toBe(cards);
    expect(cards.settings).toEqual({ limit: 1 });
  });

  it('takes other options from the place that defined it', () => {
    const { claim } = registry();
    const cards = claim('cards', 'policy "a"', 1);
    expect(claim('cards', 'policy "a"', 2)).toBe(cards);
    expect(cards.settings).toEqual({ limit: 2 });
  });

  it('lets anybody define a state anew once the definitions are released, and loses no state', () => {
    const { states, claim } = registry();
    const cards = claim('cards', 'policy "a"', 1);
    states.releaseDefinitions();
    expect(claim('cards', 'policy "b"', 2)).toBe(cards);
    expect(cards.settings).toEqual({ limit: 2 });
    expect(() => claim('cards', 'policy "a"', 1)).toThrow('by policy "b" and by policy "a"');
  });

  it('goes back to what those want who join it, where nobody has defined it since the release', () => {
    const { states, claim } = registry();
    const cards = claim('cards', 'policy "a"', 1);
    states.releaseDefinitions();
    claim('cards', 'policy "a"');
    expect(cards.settings).toEqual({ limit: 1 });
    states.settleDefinitions();
    expect(cards.settings).toEqual({ limit: 5 });
  });

  it('keeps what somebody has defined since the release, whoever joins before and after', () => {
    const { states, claim } = registry();
    const cards = claim('cards', 'policy "a"', 1);
    states.releaseDefinitions();
    claim('cards', 'policy "b"');
    claim('cards', 'policy "a"', 2);
    claim('cards', 'policy "c"');
    states.settleDefinitions();
    expect(cards.settings).toEqual({ limit: 2 });
  });

  it('stays as it is where nobody has asked for it since the release', () => {
    const { states, claim } = registry();
    const cards = claim('cards', 'policy "a"', 1);
    states.releaseDefinitions();
    states.settleDefinitions();
    expect(cards.settings).toEqual({ limit: 1 });
  });
});
