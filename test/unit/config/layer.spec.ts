import { acceptLayer, acceptOverrides } from '../../../lib/config/layer.js';
import { nothing } from '../../../lib/config/merge.js';
import { resolveMerged } from '../../../lib/config/resolved-policy.js';

describe('a layer', () => {
  it('holds what a source says, checked', () => {
    const issues: string[] = [];
    const source = { name: 'file' };
    expect(acceptLayer({ timeout: 5 }, source, 'p', issues)).toEqual({
      source,
      tree: { timeout: { total: 5 } },
    });
    expect(acceptLayer(undefined, source, 'p', issues)).toEqual({ source, tree: {} });
    expect(acceptOverrides(undefined, source, 'p', issues)).toEqual({ source, tree: {} });
    expect(issues).toEqual([]);
  });

  it('is none where the source gives no options', () => {
    const issues: string[] = [];
    expect(acceptLayer('quick', { name: 'file\nfake line' }, 'p', issues)).toBeUndefined();
    expect(issues).toEqual(["p: expected an object (got 'quick'), from file\\nfake line"]);
  });
});

describe('a merged policy', () => {
  it('is reported without a source where nobody knows who gave it', () => {
    const issues: string[] = [];
    const merged = { ...nothing, tree: { retry: { maxAttempts: Infinity } } };
    expect(resolveMerged('pay', merged, { path: 'pay', issues })).toBeUndefined();
    expect(issues).toEqual([
      'pay.retry.maxAttempts: expected a finite number, or a total timeout beside it (got Infinity)',
    ]);
  });
});
