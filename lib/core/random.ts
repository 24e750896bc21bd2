/**
 * Where the engine takes chance from: uniform in [0, 1).
 *
 * Jitter and sampling draw from it, once per decision; tests script it.
 */
export type Random = () => number;

/** The platform's generator: not seedable, not for secrets. */
export const systemRandom: Random = () => Math.random();
