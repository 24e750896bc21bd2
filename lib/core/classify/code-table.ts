import type { ErrorCategory } from './error-category.js';

/** Codes by the category they mean, as people write and review them. */
export type CodesByCategory = Readonly<Partial<Record<ErrorCategory, readonly string[]>>>;

/** The same, as they are looked up. */
export function codeTable(codes: CodesByCategory): ReadonlyMap<unknown, ErrorCategory> {
  const rows = Object.entries(codes) as [ErrorCategory, readonly string[]][];
  return new Map(rows.flatMap(([category, list]) => list.map((code) => [code, category] as const)));
}
