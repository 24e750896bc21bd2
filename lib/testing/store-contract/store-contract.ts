import { ContractStores, type StorePlace } from './contract-stores.js';
import { exchangeCases } from './exchange-cases.js';
import { permitCases } from './permit-cases.js';
import { stateCases } from './state-cases.js';

/** What {@link storeContract} needs to try a store. */
export interface StoreContractOptions {
  /** A new, empty place for each case. */
  place(): StorePlace | Promise<StorePlace>;
  /**
   * Whether the store speaks to other instances: `exchange` is tried, too.
   *
   * @defaultValue `false`
   */
  exchange?: boolean;
  /**
   * Whether the store keeps limits over all instances: `permits` is tried, too.
   *
   * @defaultValue `false`
   */
  permits?: boolean;
}

/** One thing that a store must do. */
export interface StoreContractCase {
  /** A sentence about the store. */
  readonly name: string;
  /** Rejects, saying what is otherwise. Real time: seconds at most. */
  run(): Promise<void>;
}

/**
 * What a `StateStore` must do, case by case, for whatever runs tests: jest, vitest and `node:test` alike.
 *
 * @example
 * ```ts
 * const place = () => {
 *   const records = new SharedRecords();
 *   return { open: () => new MyStore(records), end: () => records.clear() };
 * };
 * describe('MyStore', () => {
 *   for (const { name, run } of storeContract({ place })) it(name, run);
 * });
 * ```
 *
 * @public
 */
export function storeContract({
  place,
  exchange,
  permits,
}: StoreContractOptions): readonly StoreContractCase[] {
  const cases = {
    ...stateCases,
    ...(exchange === true ? exchangeCases : {}),
    ...(permits === true ? permitCases : {}),
  };
  return Object.entries(cases).map(([name, run]) => ({
    name,
    async run() {
      const stores = new ContractStores(await place());
      try {
        await run(stores);
      } finally {
        await stores.end();
      }
    },
  }));
}
