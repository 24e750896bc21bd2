import type { ErrorCategory } from './error-category.js';

/** Codes by the category they mean, as people write and review them. */
export type CodesByCategory = Readonly<Partial<Record<ErrorCategory, readonly (string | number)[]>>>;

/** The same, as they are looked up; a number is not found under its text, nor the other way round. */
export function codeTable(codes: CodesByCategory): ReadonlyMap<unknown, ErrorCategory> {
  const rows = Object.entries(codes) as [ErrorCategory, readonly (string | number)[]][];
  return new Map(rows.flatMap(([category, list]) => list.map((code) => [code, category] as const)));
}
