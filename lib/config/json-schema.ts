import { alternatives } from '../core/options/object-schema.js';
import { recordSchema } from '../core/options/record.js';
import type { JsonSchema } from '../core/options/shape.js';
import { policyShape } from '../core/policy-options.js';
import { overridesShape } from './layer.js';

/**
 * The JSON Schema (draft 7) of what a configuration file says under `configKey`: `{ policies, operations }`.
 *
 * It knows names, kinds and ranges. Conditions between options (`minDelay` at most `maxDelay`) are checked at boot
 * only; functions, classes and `Infinity` cannot be written in JSON.
 */
export function configJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'nestjs-holdfast',
    type: 'object',
    additionalProperties: false,
    properties: {
      policies: orNothing(recordSchema({ $ref: '#/definitions/policy' })),
      operations: orNothing(recordSchema({ $ref: '#/definitions/overrides' })),
    },
    definitions: {
      policy: policyShape.jsonSchema(),
      overrides: withoutExtends(overridesShape.jsonSchema()),
    },
  };
}

/** A file may leave it blank. */
function orNothing(schema: JsonSchema): JsonSchema {
  return alternatives([schema, { enum: [null] }]);
}

function withoutExtends(schema: JsonSchema): JsonSchema {
  const { extends: _onlyForNames, ...properties } = schema['properties'] as JsonSchema;
  return { ...schema, properties };
}
