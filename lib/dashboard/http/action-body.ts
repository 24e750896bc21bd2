import type { AdminAction } from '../../core/events/event-types.js';
import { duration } from '../../core/options/duration.js';
import { object } from '../../core/options/object.js';
import { resolveOptions } from '../../core/options/resolve-options.js';
import { required } from '../../core/options/shape.js';
import { oneOf, string } from '../../core/options/words.js';

/** What a request for a change says. */
export interface ActionBody {
  readonly name: string;
  readonly key: string | undefined;
  readonly action: AdminAction;
  readonly ttlMs: number | undefined;
}

const endByThemselves: readonly AdminAction[] = ['forceOpen', 'disable', 'observeOnly'];

const shape = object({
  fields: {
    name: required(string()),
    key: string(),
    action: required(oneOf('open', 'close', 'reset', 'forceOpen', 'disable', 'observeOnly')),
    ttl: duration(),
  },
  rules: [
    {
      keys: ['action', 'ttl'],
      check: ({ action, ttl }, at) =>
        ttl !== undefined && !endByThemselves.includes(action)
          ? at.at('ttl').problem(`only for ${endByThemselves.join(', ')}; ${action} needs none`)
          : undefined,
    },
  ],
  build: ({ name, key, action, ttl }): ActionBody => ({ name, key, action, ttlMs: ttl }),
});

/** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong. */
export function readActionBody(body: unknown): ActionBody {
  return resolveOptions(shape, body, 'body');
}
