import fs from 'node:fs';
import path from 'node:path';

/** The names that an entry point lists, values and types apart, each sorted. */
export function exportsOf(entry: string): { values: string[]; types: string[]; other: string[] } {
  const source = fs.readFileSync(path.resolve(__dirname, '../..', entry), 'utf8');
  const statements = source.split(';').map((statement) => statement.trim());
  const listed = (start: RegExp): string[] =>
    statements
      .filter((statement) => start.test(statement))
      .flatMap((statement) => statement.slice(statement.indexOf('{') + 1, statement.indexOf('}')).split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .sort();
  return {
    values: listed(/^export \{/),
    types: listed(/^export type \{/),
    other: statements.filter((statement) => !/^(export (type )?\{|$)/.test(statement)),
  };
}
