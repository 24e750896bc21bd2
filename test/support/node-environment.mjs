import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';

/** Every storage that the suite under way has used. */
const used = new Set();

for (const method of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...args) {
    used.add(this);
    return Reflect.apply(original, this, args);
  };
}

/**
 * Node's environment, where no suite leaves an `AsyncLocalStorage` switched on.
 *
 * Each suite makes one of its own (jest-circus does) and a worker runs hundreds: up to Node 22 every promise of all later
 * suites pays for each of them, which made the last suites of a run five times as slow as the first.
 */
// oxlint-disable-next-line import/no-default-export -- jest takes an environment by its default export
export default class extends NodeEnvironment {
  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
}
