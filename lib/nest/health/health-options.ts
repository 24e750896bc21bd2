import { anyOf } from '../../core/options/any-of.js';
import { list } from '../../core/options/list.js';
import { object } from '../../core/options/object.js';
import { resolveOptions } from '../../core/options/resolve-options.js';
import { settings } from '../../core/options/settings.js';
import { boolean, literal, oneOf, string } from '../../core/options/words.js';

/** What one health check looks at, and how much it tells. @public */
export interface BreakersHealthOptions {
  /**
   * Breakers without which the application cannot serve: while one of them is open, or forced open, the check is down.
   * Names of breakers, or of policies for all their breakers; `true` for all that the check looks at.
   *
   * A keyed breaker counts as open when every circuit of it is: one tenant's outage takes nobody else's service away.
   *
   * @defaultValue `[]`: an open breaker is told, and the application stays in service
   */
  critical?: readonly string[] | true;
  /** Names of the breakers, or policies, to look at. @defaultValue all */
  include?: readonly string[];
  /** Names of the breakers, or policies, not to look at; wins over `include`. */
  exclude?: readonly string[];
  /**
   * Whether `breakers` tells of each breaker. `'keys'` also tells up to 20 open keys of each keyed breaker, which may be
   * tenants or users: for pages that outsiders do not see.
   *
   * @defaultValue `true`
   */
  details?: boolean | 'keys';
}

const names = list(string(), { expected: 'a list of names' });

const shape = object({
  fields: {
    critical: anyOf(literal(true), names),
    include: names,
    exclude: names,
    details: anyOf(boolean(), oneOf('keys')),
  },
  build: (options) => settings<BreakersHealthOptions>(options),
});

/** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong. */
export function resolveHealthOptions(options: BreakersHealthOptions): BreakersHealthOptions {
  return resolveOptions(shape, options, 'ResilienceHealthIndicator.check');
}
