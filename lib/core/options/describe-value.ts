import { printable } from '../printable.js';

const longestText = 60;

/**
 * A value for a person to read in an error: short, on one line, whatever it is.
 *
 * Objects and arrays are named, not shown: what is in them may be secret. Nothing of the value may throw from here.
 */
export function describeValue(value: unknown): string {
  try {
    return describe(value);
  } catch {
    // A proxy or getter that throws has nothing to show.
    return 'an object that cannot be read';
  }
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return `Symbol(${printable(value.description ?? '', longestText)})`;
    case 'function':
      return describeFunction(value);
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function describeFunction(value: { readonly name: unknown }): string {
  const name = typeof value.name === 'string' ? printable(value.name, longestText) : '';
  const kind = Function.prototype.toString.call(value).startsWith('class') ? 'class' : 'function';
  return name === '' ? `a ${kind}` : `${kind} ${name}`;
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  const { constructor } = value;
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name === '' || name === 'Object' ? 'an object' : `an instance of ${printable(name, longestText)}`;
}

function quote(text: string): string {
  return `'${printable(text, longestText).replaceAll("'", "\\'")}'`;
}
