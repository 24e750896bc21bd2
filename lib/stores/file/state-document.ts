import { textOf } from '../../core/ports/circuit-id.js';
import type { CircuitChange, CircuitRecord } from '../../core/ports/circuit-record.js';
import { isCircuitRecord } from '../../core/ports/is-circuit-record.js';

const FORMAT = 'nestjs-holdfast.circuits';
const VERSION = 1;

/** A file may be no longer than this, in bytes; what is longer was not written by a store, or would not be read again. */
export const LONGEST_DOCUMENT = 64 * 1024 * 1024;

interface Entry {
  readonly record: CircuitRecord;
  readonly json: string;
}

/** The one document of a file: circuits, each in a line of its own. */
export class StateDocument {
  private readonly entries = new Map<string, Entry>();

  constructor(records: readonly CircuitRecord[] = []) {
    for (const record of records) this.put(record);
  }

  /**
   * Reads what is in a file.
   *
   * @throws Error that says what is wrong with it, for a person
   */
  static parse(bytes: Uint8Array): StateDocument {
    const document = parsed(bytes);
    if (document['format'] !== FORMAT) throw new TypeError('it is no document of circuits');
    if (document['version'] !== VERSION)
      throw new TypeError(
        `it has version ${describe(document['version'])}, and this release reads ${VERSION}`,
      );
    const { circuits } = document;
    if (!Array.isArray(circuits)) throw new TypeError('it has no list of circuits');
    const wrong = circuits.findIndex((record) => !isCircuitRecord(record));
    if (wrong >= 0) throw new TypeError(`entry ${wrong} is no record of a circuit`);
    return new StateDocument(circuits as CircuitRecord[]);
  }

  get records(): readonly CircuitRecord[] {
    return [...this.entries.values()].map(({ record }) => record);
  }

  /** Whether anything is another than before. */
  apply({ record, ...circuit }: CircuitChange): boolean {
    if (record === null) return this.entries.delete(textOf(circuit));
    this.put(record);
    return true;
  }

  /** @throws RangeError when it has grown too long to be read again */
  text(): string {
    const lines = [...this.entries.values()].map(({ json }) => json).join(',\n');
    const text = `{"format":"${FORMAT}","version":${VERSION},"circuits":[\n${lines}\n]}\n`;
    if (text.length > LONGEST_DOCUMENT)
      throw new RangeError(
        `the state of ${this.entries.size} circuits takes ${text.length} bytes, more than ${LONGEST_DOCUMENT}; ` +
          'lower maxKeys of the circuit breakers',
      );
    return text;
  }

  private put(record: CircuitRecord): void {
    this.entries.set(textOf(record), { record, json: JSON.stringify(record) });
  }
}

function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) throw new TypeError('it is empty');
  if (bytes.every((byte) => byte === 0)) throw new TypeError('it holds nothing but zeros');
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (typeof value !== 'object' || value === null) throw new TypeError('it is no document of circuits');
  return value as Readonly<Record<string, unknown>>;
}

function describe(version: unknown): string {
  return typeof version === 'number' ? String(version) : 'none';
}
