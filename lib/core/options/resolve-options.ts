import { ResilienceConfigError } from '../errors/config-error.js';
import { issueLine, Place, type PlaceContext } from './place.js';
import { INVALID } from './invalid.js';
import type { Shape } from './shape.js';

/**
 * Checks options that come from one place and turns them into settings.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong, each line beginning with its path.
 */
export function resolveOptions<T>(shape: Shape<T>, options: unknown, path = '', context?: PlaceContext): T {
  const issues: string[] = [];
  const at = new Place(path, (where, problem) => issues.push(issueLine(where, problem)), context);
  const accepted = shape.accept(options ?? {}, at);
  const settings = accepted === INVALID ? INVALID : shape.resolve(accepted, at);
  if (settings === INVALID || issues.length > 0) throw new ResilienceConfigError({ issues });
  return settings;
}
