// The files under a folder that leave something behind when types are taken away: only those can be covered.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

export function filesWithCode(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'index.ts')
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(hasCode)
    .map((file) => relative(root, file));
}

function hasCode(file) {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, removeComments: true },
  });
  return outputText.replace(/export \{\s*\};?/g, '').trim() !== '';
}
