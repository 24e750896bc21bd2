// Bundles what tsc wrote to dist: an entry point loads a few files instead of hundreds, which is most of what importing
// it costs. dist/esm gets one file for each entry and what they share in chunks/, dist/cjs the same files as CommonJS;
// declarations stay as they are. Run by `npm run build`. Usage: node scripts/bundle.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const project = fileURLToPath(new URL('..', import.meta.url));
const esm = path.join(project, 'dist/esm');
const cjs = path.join(project, 'dist/cjs');
const manifest = JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8'));

const entryPoints = Object.values(manifest.exports)
  .filter((target) => typeof target === 'object')
  .map((target) => path.join(project, target.import.default));

const [main, core] = ['index.js', 'core/index.js'].map((file) => path.join(esm, file));

/** Which entry an entry comes with: esbuild makes a chunk for each set of entries that share a file, and fewer sets are fewer files. */
const companionOf = (entry) => (entry === main || entry.includes('redis') ? core : main);

const companions = {
  name: 'companions',
  setup({ onLoad }) {
    onLoad({ filter: /index\.js$/ }, ({ path: file }) => {
      if (file === core || !entryPoints.includes(file)) return undefined;
      const companion = path.relative(path.dirname(file), companionOf(file)).replaceAll(path.sep, '/');
      const specifier = companion.startsWith('.') ? companion : `./${companion}`;
      return { contents: `${fs.readFileSync(file, 'utf8')}\nimport '${specifier}';\n`, loader: 'js' };
    });
  },
};

const shared = {
  absWorkingDir: project,
  platform: 'node',
  target: 'es2022',
  sourcemap: true,
  write: false,
  logLevel: 'warning',
};

async function bundleEsm() {
  const { outputFiles } = await build({
    ...shared,
    entryPoints,
    outdir: esm,
    outbase: esm,
    bundle: true,
    splitting: true,
    format: 'esm',
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    // A companion is imported for its own sake, which "sideEffects": false in package.json would undo.
    ignoreAnnotations: true,
    plugins: [companions],
  });
  return outputFiles;
}

function toCjs(files) {
  return build({
    ...shared,
    entryPoints: files.filter((file) => file.endsWith('.js')),
    outdir: cjs,
    outbase: esm,
    format: 'cjs',
    supported: { 'dynamic-import': false },
    write: true,
  });
}

function scripts(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => /\.js(\.map)?$/.test(name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** The classes of these files by name. */
function classNames(files) {
  const texts = files.filter((file) => file.endsWith('.js')).map((file) => fs.readFileSync(file, 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(/\bclass (\w+)/g)].map(([, name]) => name)));
}

/**
 * Gives classes back the name that esbuild changed where they mention themselves, as Nest and logs show it. Spaces keep
 * the columns that the source map counts in.
 */
function withClassNames(text) {
  const renamed = text.matchAll(/^var (\w+) = (?:\w+ = )?class (?!extends\b)(\w+)/gm);
  return [...renamed].reduce(
    (result, [, name, inner]) => result.replace(new RegExp(`\\b${inner}\\b`, 'g'), name.padEnd(inner.length)),
    text,
  );
}

function checkNames(text, names) {
  const strange = [...text.matchAll(/^var (\w+) = (?:\w+ = )?class\b/gm)].filter(
    ([, name]) => !names.has(name),
  );
  if (strange.length > 0)
    throw new Error(`bundle: two classes have the same name: ${strange.map(([, name]) => name).join(', ')}`);
}

function writeAll(outputs, names) {
  for (const { path: file, text } of outputs) {
    const named = file.endsWith('.js') ? withClassNames(text) : text;
    checkNames(named, names);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, named);
  }
}

const unbundled = scripts(esm);
const names = classNames(unbundled);
const outputs = await bundleEsm();
for (const file of unbundled) fs.rmSync(file);
writeAll(outputs, names);
await toCjs(outputs.map(({ path: file }) => file));
fs.writeFileSync(path.join(cjs, 'package.json'), '{"type":"commonjs"}');
console.log(`bundle: ${outputs.length / 2} files`);
