import type { AttemptStorage } from './attempt-storage.js';
import type { Classifier } from './classify/ask-classifiers.js';
import type { KeyFunction } from './identity-options.js';
import { func } from './options/functions.js';
import { list } from './options/list.js';
import { withMethods } from './options/methods.js';
import { object } from './options/object.js';
import { record } from './options/record.js';
import { settings } from './options/settings.js';
import { withDefault } from './options/shape.js';
import { boolean } from './options/words.js';
import type { StateStore } from './ports/state-store.js';
import type { Random } from './random.js';
import type { Clock } from './time/clock.js';

/** What the world outside gives to the engine; every part has a working default. */
export interface EngineOptions {
  /** @defaultValue the system's monotonic and wall clock */
  readonly clock?: Clock;
  /** Uniform in [0, 1). @defaultValue `Math.random` */
  readonly random?: Random;
  /** Asked before the built-in classification, in order. */
  readonly classifiers?: readonly Classifier[];
  /** Rejections carry stack frames. @defaultValue `false` */
  readonly captureStacks?: boolean;
  /** Key resolvers by name, for options that name one. */
  readonly keys?: Readonly<Record<string, KeyFunction>>;
  /**
   * Carries the attempt under way: an inner call's limits, waits and backoffs never pass the deadline of the attempt that
   * it is made in, and counts as no failure where that ends it.
   *
   * @defaultValue none: calls know nothing of one another
   */
  readonly context?: AttemptStorage;
  /**
   * Where circuits are kept beyond the process, such as `new FileStateStore({ path })`. No call ever waits for it.
   *
   * @defaultValue none: they live in memory and begin closed with every process
   */
  readonly store?: StateStore;
}

/** What an engine and the module that has one are given alike. */
export const engineFields = {
  clock: withMethods<Clock>('a clock', ['now', 'epoch', 'setTimer', 'clearTimer']),
  random: func<Random>(),
  store: withMethods<StateStore>('a store, such as new FileStateStore({ path })', ['load', 'save']),
  classifiers: withDefault(list(func<Classifier>(), { expected: 'a list of functions' }), []),
  captureStacks: withDefault(boolean(), false),
  keys: withDefault(record(func<KeyFunction>(), 'an object with each key resolver under its name'), {}),
};

/** Everything there is to know about {@link EngineOptions}. */
export const engineShape = object({
  fields: {
    ...engineFields,
    context: withMethods<AttemptStorage>('a carrier of attempts', ['run', 'current']),
  },
  build: (options) => settings<EngineOptions>(options),
});
