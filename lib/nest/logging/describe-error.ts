import { causeOf } from '../../core/classify/links.js';
import { redact } from './redact.js';

/** What may stand in a line as it is: names and codes as people write them, nothing that could hold data. */
const plainWord = /^[\w$.-]{1,64}$/;

/** Causes that are looked at for a code: `fetch` hides what happened one link down. */
const NEAREST_CAUSES = 4;

/** The shortest that tells what happened: the error's code, else its name and message. */
export function briefError(error: unknown): string {
  return codeOf(error) ?? nameAndMessage(error);
}

/** Code or name, and the message; of other things than errors, strings and primitives alone. */
export function fullError(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return nameAndMessage(error);
  const message = messageOf(error);
  return message === '' || message === code ? code : `${code}: ${message}`;
}

function nameAndMessage(error: unknown): string {
  if (typeof error === 'string') return redact(error);
  if (typeof error === 'function') return 'a function';
  if (error === undefined) return 'no error';
  if (!isObject(error)) return String(error as number | null);
  const message = messageOf(error);
  const name = wordOf(error, 'name') ?? 'Error';
  const said = message === '' ? name : name === 'Error' ? message : `${name}: ${message}`;
  const hidden = codeOfCause(error);
  return hidden === undefined || said.includes(hidden) ? said : `${said} [${hidden}]`;
}

function codeOf(error: unknown): string | undefined {
  return isObject(error) ? wordOf(error, 'code') : undefined;
}

function codeOfCause(error: object): string | undefined {
  let link = causeOf(error);
  for (let depth = 0; depth < NEAREST_CAUSES && isObject(link); depth++) {
    const code = wordOf(link, 'code');
    if (code !== undefined) return code;
    link = causeOf(link);
  }
  return undefined;
}

function messageOf(error: unknown): string {
  const message = read(error as object, 'message');
  return typeof message === 'string' ? redact(message) : '';
}

function wordOf(error: object, key: 'code' | 'name'): string | undefined {
  const word = read(error, key);
  return typeof word === 'string' && plainWord.test(word) ? word : undefined;
}

function read(error: object, key: 'code' | 'name' | 'message'): unknown {
  try {
    return (error as Record<string, unknown>)[key];
  } catch {
    return undefined; // an error that throws on access tells nothing
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
