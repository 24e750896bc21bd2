// Bundles the dashboard's page (page/) into a module of three texts: dist/esm gets one, which the dashboard's entry then
// swallows (bundle.mjs), and tests, which run lib/ as it is, one in node_modules/.cache. Run by `npm run build`, and by
// jest before its tests.
// Usage: node scripts/build-page.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const project = fileURLToPath(new URL('..', import.meta.url));
const home = 'dashboard/http/page-bundle.js';

/** Who made what is in the bundle, as their licences ask for. */
const banner = '/*! with preact (c) Jason Miller and uPlot (c) Leon Sorokin, both under the MIT licence */\n';

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [path.join(project, 'page/main.tsx')],
    outdir: 'out',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
  });
  const textOf = (extension) => outputFiles.find((file) => file.path.endsWith(extension)).text;
  return {
    script: banner + textOf('.js'),
    style: textOf('.css'),
    icon: fs.readFileSync(path.join(project, 'page/icon.svg'), 'utf8'),
  };
}

function moduleText(texts, format) {
  return Object.entries(texts)
    .map(([name, text]) => {
      const value = JSON.stringify(text);
      return format === 'esm' ? `export const ${name} = ${value};\n` : `exports.${name} = ${value};\n`;
    })
    .join('');
}

/** At once or not at all: another jest may be reading it. */
function write(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

/** Where jest finds the bundle. */
export const cachedBundle = path.join(project, 'node_modules/.cache/nestjs-holdfast/page-bundle.cjs');

/** What jest runs before its tests. */
export default async function setup() {
  write(cachedBundle, moduleText(await bundle(), 'cjs'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const texts = await bundle();
  write(path.join(project, 'dist/esm', home), moduleText(texts, 'esm'));
  console.log(`page: ${Math.round(texts.script.length / 1024)} KiB of script`);
}
