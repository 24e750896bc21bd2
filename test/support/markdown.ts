import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

/** A document of the repository. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The fenced blocks of a document, in order. */
export function codeBlocks(document: string, language?: string): CodeBlock[] {
  const blocks = [...document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, found = '', code = '']) => ({
    language: found,
    code,
  }));
  return language === undefined ? blocks : blocks.filter((block) => block.language === language);
}

/** The rows of the table whose header begins with this cell; cells as they are printed, without code marks. */
export function tableUnder(document: string, firstHeader: string): string[][] {
  const lines = document.split('\n');
  const header = lines.findIndex((line) => cells(line)[0] === firstHeader);
  if (header < 0) throw new Error(`no table begins with "${firstHeader}"`);
  const end = lines.findIndex((line, index) => index > header && !line.startsWith('|'));
  return lines.slice(header + 2, end).map(cells);
}

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('`', '').trim());
}
