// Bundles what tsc wrote to dist: an entry point then loads three files instead of hundreds, which was most of what
// importing it cost. dist/esm gets a file for each entry and what they share in chunks/, dist/cjs the same files as
// CommonJS; declarations stay where they are. Run by `npm run build`. Usage: node scripts/bundle.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { classNames, strangersIn, withClassNames } from './class-names.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const esm = path.join(project, 'dist/esm');
const cjs = path.join(project, 'dist/cjs');

const manifest = JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8'));
const fileOf = (name) => path.join(project, manifest.exports[name].import.default);
const names = Object.keys(manifest.exports).filter((name) => name !== './package.json');

/** Without Nest there are only the engine and this store. */
const withoutNest = './redis';

/**
 * Entries by file, with another one that each of them loads: esbuild makes a chunk for every set of entries that share
 * something, and this leaves two, the engine and all that Nest sees of it.
 */
const companions = new Map(
  names.map((name) => {
    if (name === './core') return [fileOf(name), undefined];
    return [fileOf(name), fileOf(name === '.' || name === withoutNest ? './core' : '.')];
  }),
);

const withCompanions = {
  name: 'companions',
  setup({ onLoad }) {
    onLoad({ filter: /\bindex\.js$/ }, ({ path: file }) => {
      const companion = companions.get(file);
      if (companion === undefined) return undefined;
      const specifier = JSON.stringify(companion.replaceAll(path.sep, '/'));
      return { contents: `${fs.readFileSync(file, 'utf8')}\nimport ${specifier};\n` };
    });
  },
};

async function outputsOf(options) {
  const { outputFiles } = await build({
    absWorkingDir: project,
    outbase: esm,
    platform: 'node',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'warning',
    write: false,
    ...options,
  });
  return outputFiles;
}

function bundle() {
  return outputsOf({
    entryPoints: [...companions.keys()],
    outdir: esm,
    bundle: true,
    splitting: true,
    format: 'esm',
    packages: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    // "sideEffects": false in package.json would leave the companions out.
    ignoreAnnotations: true,
    plugins: [withCompanions],
  });
}

/** One file for one file: esbuild cannot split what it bundles as CommonJS. */
function translate(files) {
  return outputsOf({
    entryPoints: files,
    outdir: cjs,
    format: 'cjs',
    supported: { 'dynamic-import': false },
  });
}

function isScript(file) {
  return file.endsWith('.js');
}

function filesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

function write({ path: file, text }, known) {
  const strangers = isScript(file) ? strangersIn(text, known) : [];
  if (strangers.length > 0) throw new Error(`bundle: name these classes otherwise: ${strangers.join(', ')}`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, isScript(file) ? withClassNames(text) : text);
}

const unbundled = filesIn(esm).filter((file) => /\.js(\.map)?$/.test(file));
const known = classNames(unbundled.filter(isScript).map((file) => fs.readFileSync(file, 'utf8')));
const bundled = await bundle();
for (const file of unbundled) fs.rmSync(file);
for (const output of bundled) write(output, known);
const scripts = bundled.map(({ path: file }) => file).filter(isScript);
for (const output of await translate(scripts)) write(output, known);
fs.writeFileSync(path.join(cjs, 'package.json'), '{"type":"commonjs"}');
console.log(`bundle: ${scripts.length} files`);
