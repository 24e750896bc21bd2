import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '../..');

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

export interface Heading {
  /** As it is written: `## Options`. */
  readonly line: string;
  readonly level: number;
  /** Text of the heading of level 2 that it stands under; that of its own where it is one. */
  readonly parent: string;
}

/** The headings of a document, in order; lines of code are none. */
export function headings(document: string): Heading[] {
  const prose = document.replaceAll(/^```[\s\S]*?^```$/gm, '');
  let parent = '';
  return [...prose.matchAll(/^(#+) (.+)$/gm)].map(([line, marks = '', title = '']) => {
    if (marks.length === 2) parent = title;
    return { line, level: marks.length, parent };
  });
}

/** What stands under a heading, up to the next one of its level or above; throws where there is none. */
export function section(document: string, heading: string): string {
  const lines = document.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`no section "${heading}"`);
  const next = new RegExp(`^#{1,${heading.indexOf(' ')}} `);
  let inCode = false;
  const end = lines.findIndex((line, index) => {
    if (line.startsWith('```')) inCode = !inCode;
    return index > start && !inCode && next.test(line);
  });
  return lines.slice(start, end < 0 ? undefined : end).join('\n');
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
