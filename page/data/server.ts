import { base } from './feed.js';
import type { ShownPolicy } from './types.js';

export interface ActionRequest {
  readonly name: string;
  readonly key?: string;
  readonly action: string;
  readonly ttl?: string;
}

/** Policies with their values; of one operation or policy where a name is given. */
export async function loadPolicies(name?: string): Promise<readonly ShownPolicy[]> {
  const url = new URL('policies', base);
  if (name !== undefined) url.searchParams.set('name', name);
  return (await answered(await fetch(url))) as readonly ShownPolicy[];
}

/** Changes a breaker by hand. */
export async function act(request: ActionRequest): Promise<void> {
  const response = await fetch(new URL('breakers/actions', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-resilience-action': '1' },
    body: JSON.stringify(request),
  });
  await answered(response);
}

async function answered(response: Response): Promise<unknown> {
  const body = (await response.json().catch(() => undefined)) as { message?: unknown } | undefined;
  if (response.ok) return body;
  const said = Array.isArray(body?.message) ? body.message.join('; ') : body?.message;
  throw new Error(typeof said === 'string' ? said : `the server answered ${response.status}`);
}
