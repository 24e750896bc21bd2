import { useEffect, useRef, useState } from 'preact/hooks';
import { shownName } from '../data/format.js';
import { act } from '../data/server.js';
import type { Circuit } from '../data/types.js';

const actions = {
  forceOpen: ['Force open', 'Every call is rejected.', true],
  open: [
    'Open',
    'Calls are rejected for the reset timeout, then a probe decides, as if a rule had fired.',
    false,
  ],
  close: ['Close', 'Calls pass and are counted anew.', false],
  reset: ['Reset', 'As close, and the last failure is forgotten.', false],
  disable: ['Disable', 'Every call passes and nothing is counted.', true],
  observeOnly: ['Observe only', 'Calls pass; what the breaker would do is told, not done.', true],
} as const satisfies Record<string, readonly [string, string, boolean]>;

type Action = keyof typeof actions;

const times = [
  ['15m', 'for 15 minutes'],
  ['1h', 'for an hour'],
  ['4h', 'for 4 hours'],
  ['24h', 'for a day'],
  ['', 'until somebody changes it'],
] as const;

/** Asks what to do with a circuit, says what it means, and does it. */
export function Actions({ circuit, onDone }: { circuit: Circuit; onDone: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [action, setAction] = useState<Action>('forceOpen');
  const [ttl, setTtl] = useState('1h');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const [label, meaning, lasts] = actions[action];

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFault('');
    try {
      const key = circuit.key === undefined ? {} : { key: circuit.key };
      await act({ name: circuit.name, ...key, action, ...(lasts && ttl !== '' ? { ttl } : {}) });
      dialog.current?.close();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <dialog ref={dialog} onClose={onDone} aria-labelledby="actions-title">
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="actions-title">
          Change <bdi>{shownName(circuit.name, 60)}</bdi>
          {circuit.key === undefined ? null : <> [{shownName(circuit.key, 40)}]</>}
        </h2>
        <fieldset>
          <legend>What to do</legend>
          {(Object.keys(actions) as Action[]).map((each) => (
            <label key={each} class="choice">
              <input
                type="radio"
                name="action"
                value={each}
                checked={each === action}
                onChange={() => setAction(each)}
              />
              {actions[each][0]}
            </label>
          ))}
        </fieldset>
        <p class="meaning">{meaning} Other instances have breakers of their own.</p>
        {lasts ? (
          <label class="field">
            How long{' '}
            <select value={ttl} onChange={(event) => setTtl(event.currentTarget.value)}>
              {times.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <p class="fault" role="alert">
          {fault}
        </p>
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button
            type="submit"
            class={`primary ${action === 'forceOpen' || action === 'open' ? 'danger' : ''}`}
            disabled={isBusy}
          >
            {label}
          </button>
        </div>
      </form>
    </dialog>
  );
}
