import { describeValue } from './describe-value.js';
import { INVALID, type Invalid } from './invalid.js';

/** Receives a problem: where, and what is wrong. */
export type Report = (path: string, problem: string) => void;

/** What checks need to know beside the value. */
export interface PlaceContext {
  /** Names that `key` may give in place of a function; absent: none. */
  readonly keyNames?: readonly string[] | undefined;
}

const noContext: PlaceContext = Object.freeze({});

/** Where in the options a check stands, and to whom it reports. */
export class Place {
  constructor(
    readonly path: string,
    private readonly report: Report,
    readonly context: PlaceContext = noContext,
  ) {}

  /** The place of a member. */
  at(key: string): Place {
    return new Place(joinPath(this.path, key), this.report, this.context);
  }

  /** The place of an element. */
  item(index: number): Place {
    return new Place(`${this.path}[${index}]`, this.report, this.context);
  }

  /** Reports what is wrong here. */
  problem(text: string): Invalid {
    this.report(this.path, text);
    return INVALID;
  }

  /** Reports that the value is not what is expected here. */
  expected(expected: string, value: unknown, hint = ''): Invalid {
    return this.problem(`expected ${expected} (got ${describeValue(value)})${hint}`);
  }
}

const plainKey = /^[\w$:/@-]+$/;
const longestKey = 100;

/** `policies.network`, or `policies['two words']` where a dot would mislead. */
export function joinPath(path: string, key: string): string {
  if (!plainKey.test(key) || key.length > longestKey) return `${path}[${describeValue(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** A line of a {@link ResilienceConfigError}: `path: what is wrong`. */
export function issueLine(path: string, problem: string): string {
  return `${path === '' ? 'options' : path}: ${problem}`;
}
