import { ENTRIES, ROWS, STRATEGIES } from './import-table.mjs';

/**
 * @typedef {{ file: string, line: number, what: string, todo: string }} Finding
 * @typedef {import('./read-module.mjs').Module} Module
 */

const isIndex = (file) => file === 'index.ts' || file.endsWith('/index.ts');
const rowOf = (file) => ROWS.find((row) => file.startsWith(row.at));
const strategyOf = (file) => STRATEGIES.find((folder) => file.startsWith(folder));
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** Every check of one file's own imports. @returns {Finding[]} */
export function checkImports({ file, imports }) {
  return imports.flatMap((entry) => {
    const faults = entry.target
      ? [...floorFaults(file, entry.target), ...strategyFaults(file, entry.target), ...barrelFaults(entry)]
      : packageFaults(file, entry.specifier);
    return [...faults, ...reExportFaults(file, entry)].map((fault) => ({ file, line: entry.line, ...fault }));
  });
}

function floorFaults(file, target) {
  if (isIndex(file) && file in ENTRIES) return [];
  const row = rowOf(file);
  if (!row) return [noRow(file)];
  if (row.lib.some((folder) => target.startsWith(folder))) return [];
  return [
    {
      what: `${row.at} may not import lib/${target}`,
      todo: `it may import ${row.lib.map((folder) => `lib/${folder}`).join(', ')}: move the shared part there, or hand it in from outside`,
    },
  ];
}

function noRow(file) {
  return {
    what: `lib/${file} belongs to no floor of the import table`,
    todo: 'move it into a folder of the table (scripts/architecture/import-table.mjs), or add a row',
  };
}

function strategyFaults(file, target) {
  const [from, to] = [strategyOf(file), strategyOf(target)];
  if (!from || !to || from === to) return [];
  return [
    {
      what: `strategy ${from} imports strategy ${to}`,
      todo: 'compose them in lib/core/pipeline.ts, or move what both need to a folder of its own',
    },
  ];
}

function barrelFaults({ target }) {
  if (!isIndex(target)) return [];
  return [{ what: `imports the barrel lib/${target}`, todo: 'import the file that declares the name' }];
}

function packageFaults(file, specifier) {
  if (specifier.startsWith('.')) return [{ what: `cannot resolve '${specifier}'`, todo: 'mend the path' }];
  const row = rowOf(file);
  if (specifier.startsWith('node:')) return row?.node ? [] : [nodeFault(file, specifier)];
  const name = packageOf(specifier);
  if (row?.packages?.includes(name)) return [];
  if (file.endsWith('.module.ts') && row?.modulePackages?.includes(name)) return [];
  const homes = ROWS.filter((each) => each.packages?.includes(name)).map((each) => `lib/${each.at}`);
  return [
    {
      what: `${row?.at ?? `lib/${file}`} may not import '${name}'`,
      todo: homes.length > 0 ? `its place is ${homes.join(', ')}` : 'no folder of lib imports this package',
    },
  ];
}

function nodeFault(file, specifier) {
  return {
    what: `lib/${file} may not import '${specifier}'`,
    todo: 'declare what you need as an interface in lib/core/ports and implement it in lib/stores or lib/nest',
  };
}

function reExportFaults(file, { kind }) {
  if (kind === 'export-all')
    return [{ what: '`export *` hides what is public', todo: 'list every name, types apart' }];
  if (kind === 're-export' && !(file in ENTRIES))
    return [
      {
        what: 're-exports from a file that is no entry point',
        todo: 'let users of the name import its file',
      },
    ];
  return [];
}

/**
 * An entry point must not reach an optional peer that is not its own, through whatever chain of imports.
 *
 * @param {Map<string, Module>} modules
 * @param {string[]} optionalPeers
 * @returns {Finding[]}
 */
export function checkOptionalPeers(modules, optionalPeers) {
  return Object.entries(ENTRIES).flatMap(([entry, own]) =>
    modules.has(entry)
      ? reach(modules, entry, new Set(optionalPeers.filter((peer) => !own.includes(peer))))
      : [],
  );
}

function reach(modules, entry, banned) {
  const cameFrom = new Map([[entry, undefined]]);
  const findings = [];
  for (const file of cameFrom.keys())
    for (const { specifier, target, line } of modules.get(file)?.imports ?? []) {
      if (target && !cameFrom.has(target)) cameFrom.set(target, file);
      if (target || !banned.has(packageOf(specifier))) continue;
      findings.push({
        file,
        line,
        what: `entry point lib/${entry} reaches the optional peer '${packageOf(specifier)}': ${chain(cameFrom, file)}`,
        todo: 'an app without that package must load this entry point: cut the chain',
      });
    }
  return findings;
}

function chain(cameFrom, last) {
  const files = [];
  for (let file = last; file; file = cameFrom.get(file)) files.unshift(file);
  return files.join(' → ');
}
