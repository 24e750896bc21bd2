// Classes keep their names when esbuild bundles them: Nest, logs and stack traces show them. Its own `keepNames` would
// give each class and function its name while it is imported, which costs a quarter of the import.

/** The names of the classes in these texts. */
export function classNames(texts) {
  return new Set(texts.flatMap((text) => [...text.matchAll(/\bclass (\w+)/g)].map(([, name]) => name)));
}

/**
 * A bundle with the names that its classes had before; esbuild changes those that mention themselves. Spaces keep the
 * columns that the source map counts in.
 */
export function withClassNames(bundle) {
  return classesOf(bundle).reduce((text, { name, inner }) => {
    return inner === undefined
      ? text
      : text.replace(new RegExp(`\\b${inner}\\b`, 'g'), name.padEnd(inner.length));
  }, bundle);
}

/** The classes of a bundle that got another name, for another class of the bundle has theirs. */
export function strangersIn(bundle, names) {
  return classesOf(bundle)
    .map(({ name }) => name)
    .filter((name) => !names.has(name));
}

function classesOf(bundle) {
  const found = bundle.matchAll(/^var (?<name>\w+) = (?:\w+ = )?class(?: (?!extends\b)(?<inner>\w+))?/gm);
  return [...found].map(({ groups }) => groups);
}
