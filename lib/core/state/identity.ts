import type { Operation } from './operation.js';

/** The part of a strategy's settings that says whose state it uses. */
export interface IdentityLike {
  readonly name?: string | undefined;
  readonly scope?: 'operation' | 'service' | 'policy' | undefined;
}

/** The name under which a strategy keeps its state: its own `name`, else the name of its scope. */
export function identityName(settings: IdentityLike, operation: Operation, policy: string): string {
  if (settings.name !== undefined) return settings.name;
  if (settings.scope === 'service') return operation.service;
  if (settings.scope === 'policy') return policy;
  return operation.name;
}
