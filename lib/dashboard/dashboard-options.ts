import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';
import { anyValue, func } from '../core/options/functions.js';
import { leaf } from '../core/options/leaf.js';
import { list } from '../core/options/list.js';
import { object } from '../core/options/object.js';
import { resolveOptions } from '../core/options/resolve-options.js';
import type { Shape } from '../core/options/shape.js';
import { withDefault } from '../core/options/shape.js';
import { boolean } from '../core/options/words.js';

/** Options of `ResilienceDashboardModule.register`. @public */
export interface ResilienceDashboardOptions {
  /**
   * Where the page is, below the application's global prefix: words of letters, digits, `-`, `_`, `.` and `~`, with `/`
   * between them.
   *
   * @defaultValue `'resilience'`
   */
  path?: string;
  /**
   * Nest guards that every request has to pass, those for the page and its files included: classes, which get what they
   * inject from the application's global modules and from `imports`, or instances. At least one, unless
   * `allowUnauthenticated` says that nobody needs to be asked.
   */
  guards?: readonly (Type<CanActivate> | CanActivate)[];
  /** Modules that provide what the guards inject. @defaultValue none */
  imports?: ModuleMetadata['imports'];
  /**
   * Whether breakers can only be looked at. With `false`, who passes the guards may also open, close, reset, disable and
   * observe them.
   *
   * @defaultValue `true`
   */
  readOnly?: boolean;
  /**
   * Starts without guards: everybody who reaches the application's port reaches the page, too. For development, or where
   * something before the application asks who comes.
   *
   * @defaultValue `false`
   */
  allowUnauthenticated?: boolean;
  /**
   * Who is behind a request, for the audit event of each change.
   *
   * @defaultValue what `request.user` says that a guard has set: its `username`, `name`, `email`, `sub` or `id`, or itself
   * where it is a string; else `'unknown'`
   */
  actor?: (request: any) => string | undefined;
}

/** {@link ResilienceDashboardOptions} with their defaults. */
export interface DashboardSettings {
  readonly path: string;
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly readOnly: boolean;
  readonly allowUnauthenticated: boolean;
  readonly actor: ((request: any) => unknown) | undefined;
}

export const DEFAULT_PATH = 'resilience';

const words = /^\/?[\w.~-]+(\/[\w.~-]+)*\/?$/;

const path: Shape<string> = leaf({
  expected: "a path such as 'resilience' or 'admin/resilience'",
  is: (value) => typeof value === 'string',
  valid: (value: string) => words.test(value) && !/(^|\/)\.\.?(\/|$)/.test(value),
  convert: (value: string) => value.replaceAll(/^\/|\/$/g, ''),
});

const guard: Shape<Type<CanActivate> | CanActivate> = leaf({
  expected: 'a guard: a class, or an object with canActivate',
  is: (value) =>
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && 'canActivate' in value) === true,
});

const shape = object({
  fields: {
    path: withDefault(path, DEFAULT_PATH),
    guards: list(guard, { expected: 'a list of at least one guard', min: 1 }),
    imports: list(anyValue(), { expected: 'a list of modules' }),
    readOnly: withDefault(boolean(), true),
    allowUnauthenticated: withDefault(boolean(), false),
    actor: func<(request: any) => unknown>(),
  },
  rules: [
    {
      keys: ['guards', 'allowUnauthenticated'],
      check: ({ guards, allowUnauthenticated }, at) =>
        guards === undefined && !allowUnauthenticated
          ? at
              .at('guards')
              .problem(
                'expected at least one guard, for who reaches the page sees every breaker and policy; ' +
                  '`allowUnauthenticated: true` starts without',
              )
          : undefined,
    },
  ],
  build: ({ guards = [], imports = [], actor, ...rest }): DashboardSettings => ({
    ...rest,
    guards,
    imports: imports as DashboardSettings['imports'],
    actor,
  }),
});

/** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong. */
export function resolveDashboardOptions(options: ResilienceDashboardOptions): DashboardSettings {
  return resolveOptions(shape, options, 'ResilienceDashboardModule.register');
}
