import { ResilienceConfigError } from '../core/errors/config-error.js';
import { anyValue } from '../core/options/functions.js';
import { object } from '../core/options/object.js';
import { resolveOptions } from '../core/options/resolve-options.js';

const any = anyValue();

const rootShape = object({
  fields: {
    imports: any,
    inject: any,
    useFactory: any,
    useClass: any,
    useExisting: any,
    httpErrors: any,
    routes: any,
  },
  build: (options) => options,
});

const featureShape = object({
  fields: { imports: any, inject: any, useFactory: any },
  build: (options) => options,
});

const ways = ['useFactory', 'useClass', 'useExisting'] as const;

/**
 * What stands beside a factory instead of in what it gives would be lost without a word.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for keys that are unknown, and unless exactly one of `useFactory`,
 * `useClass` and `useExisting` is given.
 */
export function checkRootOptions(options: object): void {
  const given = resolveOptions(rootShape, options, 'forRootAsync');
  if (ways.filter((way) => given[way] !== undefined).length === 1) return;
  throw new ResilienceConfigError({
    issues: ['forRootAsync: expected exactly one of useFactory, useClass and useExisting'],
  });
}

/** @throws ResilienceConfigError (`CONFIG_INVALID`) for keys that are unknown, and where `useFactory` is no function. */
export function checkFeatureOptions(options: object): void {
  const { useFactory } = resolveOptions(featureShape, options, 'forFeatureAsync');
  if (typeof useFactory === 'function') return;
  throw new ResilienceConfigError({ issues: ['forFeatureAsync: expected useFactory, a function'] });
}
