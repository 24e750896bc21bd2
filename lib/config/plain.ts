import type { Tree } from '../core/options/object.js';
import { INVALID } from '../core/options/invalid.js';
import { joinPath } from '../core/options/place.js';
import { isTree } from './merge.js';

/** Checked options as a plain, deeply frozen object of the same form as a user's; functions and values are the same ones. */
export function toPlain(tree: Tree): object {
  const members = Object.entries(tree).filter(([, value]) => value !== INVALID);
  return Object.freeze(Object.fromEntries(members.map(([key, value]) => [key, plainValue(key, value)])));
}

function plainValue(key: string, value: unknown): unknown {
  // Nobody's business but the user's: a fallback value is handed out as it is.
  if (key === 'value') return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => plainValue('', item)));
  return isTree(value) ? toPlain(value) : value;
}

/** The paths of all single values in checked options, and of objects that give no value but are there. */
export function leafPaths(tree: Tree, path = ''): readonly string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const here = joinPath(path, key);
    const inside = isTree(value) ? leafPaths(value, here) : [];
    return inside.length > 0 ? inside : [here];
  });
}
