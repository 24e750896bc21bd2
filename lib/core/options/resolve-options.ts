import { ResilienceConfigError } from '../errors/config-error.js';
import { issueLine, Place, type PlaceContext } from './place.js';
import { INVALID } from './invalid.js';
import type { Shape } from './shape.js';

/** Options as somebody gave them. */
export interface Given {
  readonly options: unknown;
  /** What the paths of problems begin with. */
  readonly path?: string;
  readonly context?: PlaceContext;
}

/** Checks options that come from one place and turns them into settings; `undefined` where something is wrong, which is reported. */
export function readOptions<T>(
  shape: Shape<T>,
  { options, path = '', context }: Given,
  issues: string[],
): T | undefined {
  const before = issues.length;
  const at = new Place(path, (where, problem) => issues.push(issueLine(where, problem)), context);
  const accepted = shape.accept(options ?? {}, at);
  const settings = accepted === INVALID ? INVALID : shape.resolve(accepted, at);
  return settings === INVALID || issues.length > before ? undefined : settings;
}

/**
 * As {@link readOptions}.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong, each line beginning with its path.
 */
export function resolveOptions<T>(shape: Shape<T>, options: unknown, path = '', context?: PlaceContext): T {
  const issues: string[] = [];
  const settings = readOptions(shape, { options, path, ...(context && { context }) }, issues);
  if (issues.length > 0) throw new ResilienceConfigError({ issues });
  return settings as T;
}
