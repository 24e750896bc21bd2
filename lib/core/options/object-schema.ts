import { type Fields, isRemovable, type JsonSchema, type Shape } from './shape.js';

/** The JSON Schema of an object with named fields; what JSON cannot say, as functions, is left out. */
export function objectSchema(
  fields: Fields,
  shorthands: readonly { readonly shape: Shape<unknown> }[],
): JsonSchema {
  const properties = Object.entries(fields).flatMap(([name, field]) => {
    const schema = fieldSchema(field);
    return schema === undefined ? [] : [[name, schema] as const];
  });
  const object = { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
  const short = shorthands.flatMap<JsonSchema>(({ shape }) => shape.jsonSchema?.() ?? []);
  return alternatives([...short, object]);
}

function fieldSchema(field: Shape<unknown>): JsonSchema | undefined {
  if (field.jsonSchema === undefined) return undefined;
  // null is "not given" everywhere, so that a file can leave an option blank.
  const nothing = isRemovable(field) ? { enum: [false, null] } : { enum: [null] };
  const value =
    field.takesNothing === true ? field.jsonSchema() : alternatives([field.jsonSchema(), nothing]);
  return field.default === undefined ? value : { ...value, default: field.default };
}

/** A schema that accepts what one of the given ones accepts; alternatives within alternatives are laid flat. */
export function alternatives(schemas: readonly JsonSchema[]): JsonSchema {
  const flat = schemas.flatMap((schema) =>
    Array.isArray(schema['anyOf']) ? (schema['anyOf'] as JsonSchema[]) : [schema],
  );
  return flat.length === 1 ? { ...flat[0] } : { anyOf: flat };
}
