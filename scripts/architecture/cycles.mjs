/**
 * Import cycles, type imports included: for every file that can reach itself, one shortest way round; each cycle
 * is told once, at its first file in alphabetical order.
 *
 * @param {Map<string, import('./read-module.mjs').Module>} modules
 * @returns {import('./import-checks.mjs').Finding[]}
 */
export function checkCycles(modules) {
  const told = new Set();
  const findings = [];
  for (const start of modules.keys()) {
    const cycle = wayRound(modules, start);
    const key = cycle && [...cycle].sort().join();
    if (!cycle || told.has(key)) continue;
    told.add(key);
    const line = modules.get(start).imports.find(({ target }) => target === (cycle[1] ?? start)).line;
    findings.push({
      file: start,
      line,
      what: `import cycle: ${[...cycle, start].join(' → ')}`,
      todo: 'move what both sides need (often an interface) into a file of its own',
    });
  }
  return findings;
}

function wayRound(modules, start) {
  const cameFrom = new Map([[start, undefined]]);
  for (const file of cameFrom.keys())
    for (const { target } of modules.get(file)?.imports ?? []) {
      if (target === start) return pathTo(cameFrom, file);
      if (target && !cameFrom.has(target)) cameFrom.set(target, file);
    }
  return undefined;
}

function pathTo(cameFrom, last) {
  const files = [];
  for (let file = last; file; file = cameFrom.get(file)) files.unshift(file);
  return files;
}
