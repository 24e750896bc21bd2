type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/** T with every key written out, `undefined` standing for "absent". */
export type Draft<T> = { readonly [K in Exclude<keyof T, OptionalKeys<T>>]: T[K] } & {
  readonly [K in OptionalKeys<T>]-?: T[K] | undefined;
};

/** A frozen settings object; what is `undefined` is left out. */
export function settings<T extends object>(draft: Draft<T>): Readonly<T> {
  return onlyGiven(draft) as T;
}

/** A frozen copy without the members that are `undefined`. */
export function onlyGiven(members: object): object {
  return Object.freeze(
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)),
  );
}
