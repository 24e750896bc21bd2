import type { PermitStore, RateAnswer } from '../../core/ports/permit-store.js';
import { check, same } from './check.js';
import type { ContractStores } from './contract-stores.js';

/** Long enough for a slow machine: no permit comes back during a case. */
const HOUR_MS = 60 * 60_000;

/** What a store must do that keeps limits over all instances. */
export const permitCases: Readonly<Record<string, (stores: ContractStores) => Promise<void>>> = {
  'gives no more permits than the rate has, over all instances': async (stores) => {
    const [first, second] = [await permitsOf(stores), await permitsOf(stores)];
    const rate = { name: 'payments:a', limit: 10, intervalMs: HOUR_MS, burst: 4 };
    const answers: RateAnswer[] = [];
    for (let i = 0; i < 4; i++) answers.push(await first.takeRate(rate), await second.takeRate(rate));
    same(
      answers.map(({ allowed }) => allowed),
      [true, true, true, true, false, false, false, false],
      'the permits',
    );
    const refused = answers.at(-1);
    check(refused?.allowed === false, 'the last permit was not refused');
    const waitMs = refused.retryAfterMs;
    check(waitMs > 0 && waitMs <= HOUR_MS / 10, `retryAfterMs is ${waitMs}, expected up to ${HOUR_MS / 10}`);
    same(
      await first.takeRate({ ...rate, name: 'payments:b' }),
      { allowed: true },
      'a permit of another name',
    );
  },

  'tells each instance what the others have counted for a budget': async (stores) => {
    const [first, second] = [await permitsOf(stores), await permitsOf(stores)];
    const budget = { name: 'payments', windowMs: HOUR_MS };
    same(await first.shareBudget({ ...budget, calls: 10, retries: 2 }), { calls: 0, retries: 0 }, 'alone');
    same(
      await second.shareBudget({ ...budget, calls: 1, retries: 1 }),
      { calls: 10, retries: 2 },
      'the first one’s',
    );
    same(
      await first.shareBudget({ ...budget, calls: 5, retries: 0 }),
      { calls: 1, retries: 1 },
      'the second one’s',
    );
    same(
      await second.shareBudget({ ...budget, calls: 0, retries: 0 }),
      { calls: 15, retries: 2 },
      'all of the first',
    );
  },
};

async function permitsOf(stores: ContractStores): Promise<PermitStore> {
  const { permits } = await stores.ready();
  if (permits === undefined) throw new TypeError('the store has no `permits`');
  return permits;
}
