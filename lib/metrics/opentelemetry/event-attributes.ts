import type { Attributes } from '@opentelemetry/api';
import type { ResilienceEvent } from '../../core/events/event-types.js';
import { labelOf, stateLabels } from '../labels.js';

/** What stands for errors that tell nothing of themselves. */
const UNKNOWN = '_OTHER';

/** Names and codes as people write them, nothing that could hold data. */
const plainWord = /^[\w$.-]{1,64}$/;

/**
 * What may be told of an event: numbers, and names that the application's authors chose. Never messages, keys, arguments
 * or results.
 */
export function attributesOf(event: ResilienceEvent): Attributes {
  const attributes: Attributes = {};
  for (const name of [
    'attempt',
    'maxAttempts',
    'hedge',
    'index',
    'scope',
    'reason',
    'outcome',
    'category',
    'source',
  ] as const)
    copy(event, name, attributes);
  for (const name of ['delay', 'duration', 'timeout'] as const) copy(event, name, attributes, '_ms');
  for (const name of ['breaker', 'budget'] as const) copy(event, name, attributes);
  if ('from' in event) {
    attributes['resilience.from'] = stateLabels[event.from];
    attributes['resilience.to'] = stateLabels[event.to];
  }
  if ('error' in event && event.error !== undefined) attributes['error.type'] = errorType(event.error);
  return attributes;
}

function copy(event: object, name: string, attributes: Attributes, unit = ''): void {
  const value = (event as Readonly<Record<string, unknown>>)[name];
  const key = `resilience.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}${unit}`;
  if (typeof value === 'number') attributes[key] = value;
  else if (typeof value === 'string') attributes[key] = labelOf(value);
}

/** The code of an error, else its name; its message is nobody's business. */
export function errorType(error: unknown): string {
  return wordOf(error, 'code') ?? wordOf(error, 'name') ?? UNKNOWN;
}

function wordOf(error: unknown, member: 'code' | 'name'): string | undefined {
  try {
    const word = (error as Readonly<Record<string, unknown>> | null | undefined)?.[member];
    return typeof word === 'string' && plainWord.test(word) ? word : undefined;
  } catch {
    return undefined; // an error that throws on access tells nothing
  }
}
