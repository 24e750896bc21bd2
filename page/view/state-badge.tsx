import { stateNames } from '../data/format.js';
import type { State } from '../data/types.js';

/** The state in words and with a shape: colour alone tells nothing to some. */
export function StateBadge({ state, extra }: { state: State; extra?: string }) {
  return (
    <span class={`badge ${state}`}>
      <span class={`mark ${state}`} aria-hidden="true" />
      {stateNames[state]}
      {extra ? <span class="extra">{extra}</span> : null}
    </span>
  );
}
