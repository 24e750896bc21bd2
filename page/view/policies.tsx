import { useEffect, useState } from 'preact/hooks';
import { count, percent, shownName } from '../data/format.js';
import { loadPolicies } from '../data/server.js';
import type { ShownOption, ShownPolicy } from '../data/types.js';

/** Policies with their effective values and where each came from; of one operation, where the address names it. */
export function Policies({ words, operation }: { words: string; operation: string | undefined }) {
  const [policies, setPolicies] = useState<readonly ShownPolicy[]>();
  const [fault, setFault] = useState('');
  const [withDefaults, setWithDefaults] = useState(false);
  useEffect(() => {
    let isCurrent = true;
    setPolicies(undefined);
    setFault('');
    loadPolicies(operation).then(
      (loaded) => isCurrent && setPolicies(loaded),
      (error: Error) => isCurrent && setFault(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [operation]);
  const shown = policies?.filter(({ name }) => name.toLowerCase().includes(words)) ?? [];
  return (
    <section class="policies-view" aria-label="Policies">
      <div class="bar">
        {operation === undefined ? null : <a href="#policies">← all policies</a>}
        <label class="check">
          <input type="checkbox" checked={withDefaults} onChange={() => setWithDefaults(!withDefaults)} />
          Show default values, too
        </label>
      </div>
      {fault === '' ? null : (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {policies === undefined && fault === '' ? <p class="quiet">Loading…</p> : null}
      {shown.map((policy) => (
        <PolicyCard
          key={policy.name}
          policy={policy}
          withDefaults={withDefaults}
          isOpen={operation !== undefined}
        />
      ))}
    </section>
  );
}

interface PolicyCardProps {
  readonly policy: ShownPolicy;
  readonly withDefaults: boolean;
  readonly isOpen: boolean;
}

function PolicyCard({ policy: { name, kind, options, stats }, withDefaults, isOpen }: PolicyCardProps) {
  const shown = options.filter(({ source }) => withDefaults || source !== 'default');
  const strategies = [...new Set(options.map(({ path }) => path.split(/[.[]/)[0] as string))].filter(
    (each) => each !== 'enabled',
  );
  return (
    <details class="card policy" open={isOpen}>
      <summary>
        <h2>
          <bdi>{shownName(name)}</bdi>
        </h2>
        <span class="quiet">
          {kind === 'operation' ? 'operation · ' : ''}
          {strategies.join(', ')}
          {stats === undefined || stats['calls'] === 0
            ? ''
            : ` · ${count(stats['calls'] ?? 0)} calls, ${percent(stats['successRate'] ?? 1)} succeeded`}
        </span>
      </summary>
      {shown.length === 0 ? (
        <p class="quiet">Nothing but default values.</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Values of ${shownName(name, 60)}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Option</th>
                <th scope="col">Value</th>
                <th scope="col">From</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((option) => (
                <tr key={option.path}>
                  <th scope="row">{option.path}</th>
                  <td class="value">{valueOf(option)}</td>
                  <td>
                    <span class={`source ${option.source === 'default' ? 'default' : ''}`}>
                      {option.source}
                    </span>
                    {option.policy === undefined ? null : (
                      <span class="quiet"> by {shownName(option.policy, 60)}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function valueOf({ value }: ShownOption): string {
  return typeof value === 'string' ? shownName(value, 200) : JSON.stringify(value);
}
