import type { CallScope } from './call-scope.js';
import type { KeyFunction } from './identity-options.js';
import { refusePromise } from './sync-result.js';

/** A call as those see it who tell its key. */
export interface KeyedCall extends CallScope {
  readonly self: unknown;
  readonly callArguments: readonly unknown[];
}

/**
 * The key that the user's function gives a call; `undefined`, the unkeyed state, where it throws or gives none.
 *
 * A fault is a diagnostic event each time. That a call has no key may be meant: it is said once for each operation.
 */
export function resolveKey(call: KeyedCall, resolver: KeyFunction): string | undefined {
  return call.safely<string | undefined>(
    'key',
    () => {
      const key: unknown = resolver.apply(call.self, call.callArguments as unknown[]);
      if (key === undefined || key === null) return sayKeyless(call);
      if (typeof key === 'string') return key;
      refusePromise(key, 'key');
      throw new TypeError(`key returned ${typeof key}; it must return a string, or undefined for no key`);
    },
    undefined,
  );
}

function sayKeyless(call: KeyedCall): undefined {
  const { said } = call.plan;
  if (said.keyless) return;
  said.keyless = true;
  const message = `key gave undefined, so ${call.operation} uses the unkeyed state for such calls`;
  call.diagnose({ source: 'key', message });
}
