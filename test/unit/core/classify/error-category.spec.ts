import {
  errorCategories,
  isErrorCategory,
  isPermanentCategory,
} from '../../../../lib/core/classify/error-category.js';

describe('error categories', () => {
  it('are the 15 of the contract, 9 of them permanent', () => {
    expect(errorCategories.filter((category) => !isPermanentCategory(category))).toEqual([
      'network',
      'timeout',
      'rateLimit',
      'server',
      'database',
      'unknown',
    ]);
    expect(errorCategories.filter(isPermanentCategory)).toEqual([
      'authentication',
      'authorization',
      'notFound',
      'validation',
      'client',
      'conflict',
      'aborted',
      'rejected',
      'programming',
    ]);
  });

  it.each(['network', 'notFound', 'unknown'])('know %s', (word) => {
    expect(isErrorCategory(word)).toBe(true);
  });

  it.each(['Network', 'constructor', '__proto__', '', 404, undefined, null])('do not know %p', (word) => {
    expect(isErrorCategory(word)).toBe(false);
  });
});
