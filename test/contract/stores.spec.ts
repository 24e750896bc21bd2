import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FileStateStore } from '../../lib/stores/file/file-state-store.js';
import { MemoryStateStore } from '../../lib/stores/memory/memory-state-store.js';
import { storeContract } from '../../lib/testing/store-contract/store-contract.js';

const places = {
  MemoryStateStore: () => {
    const store = new MemoryStateStore();
    return { open: () => store };
  },
  FileStateStore: () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-'));
    return {
      open: () => new FileStateStore({ path: path.join(folder, 'circuits.json') }),
      end: () => fs.rmSync(folder, { recursive: true }),
    };
  },
};

describe.each(Object.entries(places))('%s keeps the contract of a store:', (_, place) => {
  for (const { name, run } of storeContract({ place })) it(`${name}`, run);
});
