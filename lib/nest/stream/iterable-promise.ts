import { disownPromise } from '../../core/sync-result.js';
import { SourceIterator } from './source-iterator.js';

/**
 * A promise that can be iterated, too. Until a call has told that a method gives an iterable, a call that gives nothing at
 * once can only be answered by a promise; a caller who iterates gets its items, or its error, all the same.
 */
export function iterablePromise(result: Promise<unknown>): Promise<unknown> {
  const iterate = (): AsyncGenerator<unknown> => {
    disownPromise(result); // who iterates hears of the error with the first item
    return itemsOf(result);
  };
  return Object.defineProperty(result, Symbol.asyncIterator, { value: iterate });
}

async function* itemsOf(result: Promise<unknown>): AsyncGenerator<unknown> {
  const source = new SourceIterator(await result);
  try {
    for (let item = await source.next(); item.done !== true; item = await source.next()) yield item.value;
  } finally {
    await source.close();
  }
}
