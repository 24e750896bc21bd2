import { RedisStateStore } from '../../../lib/stores/redis/redis-state-store.js';
import { storeContract } from '../../../lib/testing/store-contract/store-contract.js';
import { Connected } from '../../support/connected-stores.js';
import { describeWithServer } from '../../support/servers.js';

describeWithServer('Redis', (address) => {
  const stores = new Connected(address);

  describe('RedisStateStore keeps the contract of a store:', () => {
    const place = () => ({
      open: () => new RedisStateStore({ url: stores.url, prefix: stores.prefix, storeTimeout: '60s' }),
      end: () => stores.close(),
    });
    for (const { name, run } of storeContract({ place, exchange: true, permits: true })) it(`${name}`, run);
  });
});
