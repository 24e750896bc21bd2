import { countedRuntime, scrape } from '../../../support/metrics.js';
import { ScriptedStore } from '../../../support/stores.js';

describe('store_up', () => {
  it('is 1 where state lives in memory alone', async () => {
    const { detach } = countedRuntime();
    expect(await scrape('store_up')).toEqual({ '': 1 });
    detach();
  });

  it('is 0 from a failure of the store until it serves again', async () => {
    const store = new ScriptedStore();
    store.failure = new Error('down');
    const { runtime, clock, detach } = countedRuntime({ store });
    await runtime.engine.keeper?.start();
    expect(await scrape('store_up')).toEqual({ '': 0 });
    store.failure = undefined;
    await clock.advance('1s');
    expect(await scrape('store_up')).toEqual({ '': 1 });
    detach();
  });
});
