import { classify } from '../../../../lib/core/classify/classify.js';

const refused = () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const status = (statusCode: number, cause?: unknown) =>
  Object.assign(new Error('answer', { cause }), { statusCode });

describe('classify, through causes', () => {
  it.each([
    ['the outermost error that says something wins', status(404, refused()), 'notFound'],
    ['a 503 stays what it is', status(503, status(404)), 'server'],
    ['an unknown error gives way', new Error('charging failed', { cause: refused() }), 'network'],
    ['a mistake gives way', new TypeError('x', { cause: status(429) }), 'rateLimit'],
    ['a bare 500 gives way', status(500, refused()), 'network'],
    ['a bare 500 stays where the cause says nothing', status(500, new Error('x')), 'server'],
    ['a bare 500 gives way to a mistake', status(500, new TypeError('x')), 'programming'],
    ['a mistake gives way to a bare 500', new TypeError('x', { cause: status(500) }), 'server'],
    [
      'a mistake stays where the cause says nothing',
      new TypeError('x', { cause: new Error('y') }),
      'programming',
    ],
    [
      'several give way',
      new Error('a', { cause: new TypeError('b', { cause: status(500, refused()) }) }),
      'network',
    ],
    ['a cause that is no error says nothing', new Error('x', { cause: 'ECONNREFUSED' }), 'unknown'],
    ['a cause of null says nothing', new Error('x', { cause: null }), 'unknown'],
  ])('%s', (_, error, category) => {
    expect(classify(error)).toBe(category);
  });

  it('ends in a cycle', () => {
    const outer = new Error('outer');
    const inner = new TypeError('inner', { cause: outer });
    outer.cause = inner;

    expect(classify(outer)).toBe('programming');
  });

  it.each([
    [15, 'network'],
    [16, 'unknown'],
    [100_000, 'unknown'],
  ])('behind %i links finds %s', (links, category) => {
    let error: Error = refused();
    for (let i = 0; i < links; i += 1) error = new Error('wrapped', { cause: error });

    expect(classify(error)).toBe(category);
  });
});

describe('classify, with an AggregateError', () => {
  it.each([
    ['the first member that is not permanent', [status(404), refused(), status(503)], 'network'],
    ['the first member where all are permanent', [status(404), status(400)], 'notFound'],
    ['a member of a member', [status(404), new AggregateError([status(401), status(503)])], 'server'],
    ['the cause of a member', [new Error('x', { cause: status(429) })], 'rateLimit'],
    ['unknown where a member is', [new Error('x')], 'unknown'],
    ['unknown without members', [], 'unknown'],
    ['members that are no errors', ['x', undefined, null], 'unknown'],
  ])('comes to %s', (_, errors, category) => {
    expect(classify(new AggregateError(errors))).toBe(category);
  });

  it('of another realm goes by its name', () => {
    expect(classify({ name: 'AggregateError', errors: [status(404)] })).toBe('notFound');
  });

  it('of a class with a name of its own is one still', () => {
    class UploadErrors extends AggregateError {
      override name = 'UploadErrors';
    }

    expect(classify(new UploadErrors([status(404)]))).toBe('notFound');
  });

  it('goes by its own code first, which Node copies from the first address it tried', () => {
    const error = Object.assign(new AggregateError([status(404)]), { code: 'ETIMEDOUT' });

    expect(classify(error)).toBe('timeout');
  });

  it('ends where it contains itself', () => {
    const error = new AggregateError([]);
    error.errors.push(error, error);

    expect(classify(error)).toBe('unknown');
  });

  it('is not what any error with a list is', () => {
    expect(classify({ name: 'ValidationErrors', errors: [status(404)] })).toBe('unknown');
  });
});
