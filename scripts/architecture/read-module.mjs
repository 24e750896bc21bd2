import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * @typedef {object} Import
 * @property {string} specifier as written
 * @property {string} [target] for a relative import: the file, relative to lib
 * @property {number} line
 * @property {'import' | 're-export' | 'export-all'} kind
 *
 * @typedef {object} Module
 * @property {string} file relative to lib, with `/`
 * @property {Import[]} imports type imports and `import('…')` included
 * @property {ts.SourceFile} source
 */

/** Every TypeScript file below `root`, parsed. @returns {Map<string, Module>} */
export function readModules(root) {
  const files = fs
    .readdirSync(root, { recursive: true })
    .map((name) => String(name).split(path.sep).join('/'))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  return new Map(files.map((file) => [file, readModule(root, file)]));
}

function readModule(root, file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const imports = [];
  visit(source, (node) => {
    const found = importOf(node);
    if (!found) return;
    const specifier = found.literal.text;
    const target = specifier.startsWith('.') ? resolveRelative(root, file, specifier) : undefined;
    imports.push({ specifier, target, line: lineOf(source, node), kind: found.kind });
  });
  return { file, imports, source };
}

export function visit(node, see) {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

export function lineOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

function importOf(node) {
  if (ts.isImportDeclaration(node)) return { literal: node.moduleSpecifier, kind: 'import' };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return { literal: node.moduleSpecifier, kind: node.exportClause ? 're-export' : 'export-all' };
  const literal = inlineImport(node);
  return literal && ts.isStringLiteralLike(literal) ? { literal, kind: 'import' } : undefined;
}

// import('x'), require('x'), import x = require('x') and the type import('x').T
function inlineImport(node) {
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const loads =
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
  return loads ? node.arguments[0] : undefined;
}

function resolveRelative(root, file, specifier) {
  const base = path.posix.join(path.posix.dirname(file), specifier.replace(/\.js$/, ''));
  const candidates = [`${base}.ts`, `${base}.d.ts`, `${base}/index.ts`];
  return candidates.find((name) => fs.existsSync(path.join(root, name)));
}
