import fs from 'node:fs';
import { LONGEST_DOCUMENT, StateDocument } from './state-document.js';

/** What a file holds: nothing yet, a document, or what is none, with what is wrong with it. */
export type FileContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'document'; readonly document: StateDocument }
  | { readonly kind: 'corrupt'; readonly reason: string };

/** @throws where the file cannot be read at all: it is a folder, or not for this user */
export function readDocument(file: string): FileContent {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'none' };
  if (!stat.isFile()) throw new TypeError(`${file} is no file; give FileStateStore the path of one`);
  if (stat.size > LONGEST_DOCUMENT)
    return { kind: 'corrupt', reason: `it has ${stat.size} bytes, more than ${LONGEST_DOCUMENT}` };
  const bytes = fs.readFileSync(file);
  try {
    return { kind: 'document', document: StateDocument.parse(bytes) };
  } catch (error) {
    // What the parser quotes of the content is for nobody's log.
    const reason = error instanceof SyntaxError ? 'it is no JSON' : String((error as Error).message);
    return { kind: 'corrupt', reason };
  }
}

/** Renames a corrupt file, so that a person can look at it. @returns its new name */
export function keepAside(file: string, epoch: number): string {
  const time = new Date(epoch).toISOString().replaceAll(':', '-');
  let aside = `${file}.corrupt-${time}`;
  for (let i = 1; fs.existsSync(aside); i++) aside = `${file}.corrupt-${time}-${i}`;
  fs.renameSync(file, aside);
  return aside;
}
