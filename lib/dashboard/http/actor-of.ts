import { printable } from '../../core/printable.js';
import type { DashboardSettings } from '../dashboard-options.js';

const UNKNOWN = 'unknown';
const nameFields = ['username', 'name', 'email', 'sub', 'id'] as const;

/** Who is behind a request, for a person to read. An option that throws says nothing. */
export function actorOf(request: unknown, { actor }: DashboardSettings): string {
  try {
    const said = actor === undefined ? userOf(request) : actor(request);
    return typeof said === 'string' && said !== '' ? printable(said) : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** What guards by convention leave behind. */
function userOf(request: unknown): string | undefined {
  const { user } = request as { readonly user?: unknown };
  if (typeof user === 'string') return user;
  if (typeof user !== 'object' || user === null) return undefined;
  const named = nameFields.map((field) => (user as Record<string, unknown>)[field]);
  const found = named.find(
    (value) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
  );
  return found === undefined ? undefined : String(found as string | number);
}
