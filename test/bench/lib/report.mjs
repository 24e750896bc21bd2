/** A run as Markdown. */
export function asMarkdown(result) {
  const { date, machine, node, libraries, calls, ...rest } = result;
  const names = libraries.map(({ name }) => name);
  const head = ['# Results', '', `${date.slice(0, 10)}, Node ${node}, ${machine}.`, ''];
  const parts = [
    table(
      ['library', 'version', 'note'],
      libraries.map(({ name, version, note }) => [name, version, note]),
    ),
    '## CPU time of a call, as a multiple of a bare `await fn()`',
    'Medians, with the least and the greatest of the rounds. `D1`, `O1`, `N1` and `N4` are multiples of what they say.',
    callsTable(names, calls),
  ];
  if (rest.breakers !== undefined) parts.push(...restTables(rest));
  return `${[...head, parts.join('\n\n')].join('\n')}\n`;
}

function callsTable(names, calls) {
  const rows = calls.map(({ id, what, target, cells }) => [
    id,
    what,
    target === undefined ? '' : `≤ ${target}`,
    ...names.map((name) => cellText(cells[name])),
  ]);
  return table(['', 'scenario', 'target', ...names], rows);
}

const cellText = (cell) => (cell === undefined ? '–' : `${cell.ratio} (${cell.min}–${cell.max})`);

function restTables({ breakers, inFlight, imports, http }) {
  return [
    '## Many breakers',
    table(
      ['library', 'breakers', 'bytes when new', 'bytes when used', 'timers', 'ns per call on a random one'],
      Object.entries(breakers).map(([name, b]) =>
        b.failed
          ? [name, b.count, b.failed, '', '', '']
          : [name, b.count, b.bytesWhenNew, b.bytesWhenUsed, b.timers, b.nsPerCall],
      ),
    ),
    '## Calls in flight through S4',
    table(
      ['library', 'in flight', 'ns per call', 'bytes per call', 'live timers', 'timers afterwards'],
      Object.entries(inFlight).flatMap(([name, rows]) =>
        rows.map((row) =>
          row.failed
            ? [name, row.count, row.failed, '', '', '']
            : [name, row.count, row.nsPerCall, row.bytesPerCall, row.timersInFlight, row.timersAfter],
        ),
      ),
    ),
    '## Import, milliseconds of CPU time',
    table(['Nest itself', 'main entry, over Nest', 'core'], [[imports.nest, imports.main, imports.core]]),
    '## HTTP through the interceptor',
    table(
      ['library', 'requests/s', 'against the bare handler', 'an interceptor that does nothing'],
      Object.entries(http).map(([name, { perSecond, ratio, emptyRatio }]) => [
        name,
        perSecond,
        ratio,
        emptyRatio,
      ]),
    ),
  ];
}

/** Padded, as the formatter wants it. */
function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}
