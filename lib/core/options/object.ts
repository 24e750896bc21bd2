import { forbiddenKeys, isOptionsObject, ownKeys, readMember, UNREADABLE } from './foreign-object.js';
import { suggestion } from './nearest.js';
import { objectSchema } from './object-schema.js';
import type { Place } from './place.js';
import { INVALID, type Invalid } from './invalid.js';
import { type Fields, isRemovable, type NodeShape, type ResolvedFields } from './shape.js';
import type { Shape } from './shape.js';

/** Options as one source gave them, checked: by their own names, in the user's form, shorthands expanded. */
export type Tree = Record<string, unknown>;

/** What may stand in place of an object, and the object that it stands for. */
export interface Shorthand {
  readonly shape: Shape<any>;
  to(accepted: any): Tree;
}

/** A condition on several fields; skipped while one of them is invalid by itself. */
export interface Rule<F extends Fields> {
  readonly keys: readonly (keyof F & string)[];
  check(values: ResolvedFields<F>, at: Place): Invalid | void;
}

/** Everything about an object of options, in one place. */
export interface ObjectDefinition<F extends Fields, S> {
  /** @defaultValue `'an object'` */
  readonly expected?: string;
  readonly fields: F;
  readonly rules?: readonly Rule<NoInfer<F>>[];
  readonly shorthands?: readonly Shorthand[];
  /** Brings two ways of saying one thing into one form, so that sources merge. */
  tidy?(tree: Tree, at: Place): Tree | Invalid;
  /** The settings; `given` holds what was said, before defaults. */
  build(values: ResolvedFields<F>, given: Tree): S;
}

/** Options with names. Sources merge them field by field; unknown names are errors. */
export function object<F extends Fields, S>(definition: ObjectDefinition<F, S>): NodeShape<S> {
  const { fields, shorthands = [] } = definition;
  const ownKind = definition.expected ?? 'an object';
  const expected = [...shorthands.map(({ shape }) => shape.expected), ownKind].join(' or ');
  const isShort = (value: unknown) => shorthands.some(({ shape }) => shape.is(value));
  const parsers = shorthands.flatMap(({ shape }) => shape.parse ?? []);
  const shape: NodeShape<S> = {
    expected,
    fields,
    is: (value) => isShort(value) || isOptionsObject(value),
    accept: (value, at) => accept(definition, expected, value, at),
    resolve: (tree: Tree, at) => resolve(definition, tree, at),
    ...(parsers.length > 0 && { parse: (text: string) => parsers.map((parse) => parse(text)).find(isGiven) }),
    jsonSchema: () => objectSchema(fields, shorthands),
  };
  return { ...shape, node: shape };
}

export function emptyTree(members: Tree = {}): Tree {
  return Object.assign(Object.create(null) as Tree, members);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

type AnyDefinition = ObjectDefinition<any, unknown>;

function accept(definition: AnyDefinition, expected: string, value: unknown, at: Place): Tree | Invalid {
  const short = definition.shorthands?.find(({ shape }) => shape.is(value));
  if (short !== undefined) {
    const accepted = short.shape.accept(value, at);
    return accepted === INVALID ? INVALID : emptyTree(short.to(accepted));
  }
  if (!isOptionsObject(value)) return at.expected(expected, value);
  const keys = ownKeys(value);
  if (keys === undefined) return at.problem('could not be read');
  const tree = emptyTree();
  for (const key of keys) acceptMember(definition.fields, { tree, key, member: readMember(value, key) }, at);
  return definition.tidy === undefined ? tree : definition.tidy(tree, at);
}

interface Member {
  readonly tree: Tree;
  readonly key: string;
  readonly member: unknown;
}

function acceptMember(fields: Fields, { tree, key, member }: Member, at: Place): void {
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (field === undefined) {
    at.at(key).problem(
      forbiddenKeys.has(key)
        ? 'this key is not allowed'
        : `unknown key${suggestion(key, Object.keys(fields))}`,
    );
  } else if (isGiven(member) || field.takesNothing === true) {
    tree[key] = acceptField(field, member, at.at(key));
  }
}

function acceptField(field: Shape<unknown>, member: unknown, at: Place): unknown {
  if (member === UNREADABLE) return at.problem('could not be read, its getter threw');
  return member === false && isRemovable(field) ? false : field.accept(member, at);
}

function resolve<S>(definition: ObjectDefinition<any, S>, tree: Tree, at: Place): S | Invalid {
  const fields: Fields = definition.fields;
  const values: Record<string, unknown> = {};
  const invalid = new Set<string>();
  for (const [key, field] of Object.entries(fields)) {
    const value = isSet(field, tree, key)
      ? resolveGiven(field, tree[key], at.at(key))
      : resolveMissing(field, at.at(key));
    if (value === INVALID) invalid.add(key);
    else values[key] = value;
  }
  for (const rule of definition.rules ?? []) {
    if (rule.keys.some((key) => invalid.has(key))) continue;
    if (rule.check(values, at) === INVALID) rule.keys.forEach((key) => invalid.add(key));
  }
  return invalid.size > 0 ? INVALID : definition.build(values, tree);
}

function isSet(field: Shape<unknown>, tree: Tree, key: string): boolean {
  return key in tree && !(tree[key] === false && isRemovable(field));
}

function resolveGiven(field: Shape<unknown>, given: unknown, at: Place): unknown {
  return given === INVALID ? INVALID : field.resolve(given, at);
}

function resolveMissing(field: Shape<unknown>, at: Place): unknown {
  if (field.required === true) return at.problem(`expected ${field.expected} (not given)`);
  return field.default === undefined ? undefined : field.resolve(field.accept(field.default, at), at);
}
