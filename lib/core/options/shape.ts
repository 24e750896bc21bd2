import type { Invalid } from './invalid.js';
import type { Place } from './place.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The one description of an option: what is accepted, how it reads as text, what it becomes, how it looks in JSON.
 *
 * Options go through two steps, because sources are merged in between: `accept` checks what one source says and keeps
 * the user's form (`'2s'`); `resolve` turns the merged whole into settings (2000), fills in defaults and checks rules
 * between options.
 */
export interface Shape<T> {
  /** What is accepted, as it stands after "expected": `an integer >= 1`. */
  readonly expected: string;
  /** Whether the value is meant for this shape, be it valid or not; decides between alternatives. */
  is(value: unknown): boolean;
  /** The value, copied and normalised, or INVALID after reporting what is wrong. */
  accept(value: unknown, at: Place): unknown;
  /** What the engine uses in its place, or INVALID after reporting. */
  resolve(accepted: any, at: Place): T | Invalid;
  /** The value that a text, as of an environment variable, stands for; `undefined`: none. Absent: text cannot say it. */
  readonly parse?: (text: string) => unknown;
  /** Absent where JSON cannot say it, as for functions. */
  readonly jsonSchema?: () => JsonSchema;
  /** The object among what is accepted, whose fields merge one by one. */
  readonly node?: NodeShape<any>;

  /** In the user's form; filled in where nothing is given. */
  readonly default?: unknown;
  /** A default that depends on other options; whoever builds the settings fills it in. */
  readonly implied?: Implied;
  /** Whether `undefined` and `null` are values like any other, and not "not given". */
  readonly takesNothing?: boolean;
  /** Whether `false` is a value of its own here, and not "remove what was inherited". */
  readonly takesFalse?: boolean;
  readonly required?: boolean;
}

/** What holds where nothing is given, when other options have a say in it. */
export interface Implied {
  /** For the docs. */
  readonly text: string;
  /** From the options beside this one, as the user gave them; `undefined`: nothing. */
  value?(siblings: Readonly<Record<string, unknown>>): unknown;
}

export type Fields = Readonly<Record<string, Shape<any>>>;

/** A shape with named fields. */
export interface NodeShape<T> extends Shape<T> {
  readonly fields: Fields;
  readonly jsonSchema: () => JsonSchema;
}

/** What a shape with a default or a requirement has in common: it always resolves to a value. */
export interface Certain {
  readonly certain: true;
}

export type Resolved<S> = S extends Shape<infer T> ? T : never;

/** What the fields of an object resolve to. */
export type ResolvedFields<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Certain ? Resolved<F[K]> : Resolved<F[K]> | undefined;
};

type AsCertain<T, S extends Shape<T>> = S & Certain;

/** Fills in `value`, written as a user would write it, where nothing is given. */
export function withDefault<T, S extends Shape<T>>(shape: S & Shape<T>, value: unknown): AsCertain<T, S> {
  return { ...shape, default: value, certain: true };
}

/** Says what holds where nothing is given, when that depends on other options. */
export function implied<S extends Shape<any>>(shape: S, text: string, value?: Implied['value']): S {
  return { ...shape, implied: { text, ...(value !== undefined && { value }) } };
}

/** Reports where nothing is given. */
export function required<S extends Shape<any>>(shape: S): S & Certain {
  return { ...shape, required: true, certain: true };
}

/** Whether `false` takes back what was inherited. Not where a default would fill the gap: that would hide a mistake. */
export function isRemovable(shape: Shape<any>): boolean {
  return shape.default === undefined && shape.takesFalse !== true && shape.required !== true;
}
