/** Longer names are cut in messages: enough for every class, method and tenant, too short to flood a log. */
const LONGEST_NAME = 128;

// Control characters, line and paragraph separators, lone surrogates, and the marks that turn the direction of writing:
// whatever can end a line, colour a terminal or make a line read as another one.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Nearly every name; asked first, for it is much cheaper than the whole rule. */
const plain = /^[\x20-\x7e]*$/;

/**
 * A text as it may stand in one line of a message or log: unprintable characters escaped as in JavaScript, and cut, with
 * an ellipsis, to `maxLength` characters before that.
 */
export function printable(text: string, maxLength = LONGEST_NAME): string {
  const short = cut(text, maxLength);
  return plain.test(short) ? short : short.replace(unprintable, escape);
}

function escape(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 2);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, maxLength - (splitsPair ? 2 : 1))}…`;
}
