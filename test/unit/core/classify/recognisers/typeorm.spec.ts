import { classify } from '../../../../../lib/core/classify/classify.js';

describe("TypeORM's own errors", () => {
  it.each([
    ['EntityNotFoundError', 'notFound'],
    ['OptimisticLockVersionMismatchError', 'conflict'],
    ['ConnectionIsNotSetError', 'network'],
    ['EntityMetadataNotFoundError', 'programming'],
    ['QueryRunnerAlreadyReleasedError', 'programming'],
  ])('%s is %s', (name, category) => {
    expect(classify(Object.assign(new Error('x'), { name }))).toBe(category);
  });
});

describe('a QueryFailedError', () => {
  const failed = (driverError: object) =>
    Object.assign(new Error('x'), { name: 'QueryFailedError', driverError });

  it('is what its driver said', () => {
    expect(classify(failed({ code: '40P01', severity: 'ERROR' }))).toBe('database');
    expect(classify(failed({ errno: 1062, sqlState: '23000' }))).toBe('conflict');
    expect(classify(failed(new Error('Connection terminated unexpectedly')))).toBe('network');
  });

  it('is unknown where its driver said nothing known', () => {
    expect(classify(failed(new Error('x')))).toBe('unknown');
  });
});
