/** Whether the segments of a path, in lower case, match. */
export type RoutePattern = (segments: readonly string[]) => boolean;

const ONE_SEGMENT = '*';
const THE_REST = '**';

/** Compiles the path of a route: `*` stands for one segment, `**` at the end for all that follow, also for none. */
export function compilePattern(path: string): RoutePattern {
  const parts = segmentsOf(path);
  const isOpen = parts.at(-1) === THE_REST;
  if (isOpen) parts.pop();
  return (segments) =>
    (isOpen ? segments.length >= parts.length : segments.length === parts.length) &&
    parts.every((part, index) => part === ONE_SEGMENT || part === segments[index]);
}

/**
 * The segments of a URL's path. In lower case, without empty ones and with `%` escapes resolved: routers differ in how
 * strictly they compare, and a policy must not be got round by another spelling of the path.
 */
export function segmentsOf(url: string): string[] {
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  return decoded(path)
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '');
}

function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURI(path);
  } catch {
    return path; // a router takes a malformed escape as it is, or refuses the request before it comes here
  }
}
