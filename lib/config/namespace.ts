import { anyValue } from '../core/options/functions.js';
import { object } from '../core/options/object.js';
import { INVALID } from '../core/options/invalid.js';
import type { Shape } from '../core/options/shape.js';
import { placeOf, type Source } from './layer.js';

/** What stands under `configKey`, or in `forFeature`. */
export interface Namespace {
  readonly policies?: unknown;
  readonly operations?: unknown;
}

const namespaceShape = object({
  fields: { policies: anyValue(), operations: anyValue() },
  build: (namespace): Namespace => namespace,
});

const featureShape = object({ fields: { policies: anyValue() }, build: (namespace): Namespace => namespace });

/** Finds policies and operations in a configuration; other keys are reported. Nothing there is nothing wrong. */
export function readNamespace(value: unknown, path: string, source: Source, issues: string[]): Namespace {
  return read(namespaceShape, value, { path, source, issues });
}

/** Finds the policies in the options of `forFeature`; other keys are reported, and options that are not there at all. */
export function readFeature(options: unknown, source: Source, issues: string[]): Namespace {
  if (options === undefined || options === null) {
    placeOf('', source, issues).expected('an object with policies', options);
    return {};
  }
  return read(featureShape, options, { path: '', source, issues });
}

interface ReadFrom {
  readonly path: string;
  readonly source: Source;
  readonly issues: string[];
}

function read(shape: Shape<Namespace>, value: unknown, { path, source, issues }: ReadFrom): Namespace {
  const at = placeOf(path, source, issues);
  const accepted = shape.accept(value ?? {}, at);
  const namespace = accepted === INVALID ? INVALID : shape.resolve(accepted, at);
  return namespace === INVALID ? {} : namespace;
}
