import type { Classifier } from '../../../../lib/core/classify/ask-classifiers.js';
import { createClassify } from '../../../../lib/core/classify/classify.js';

const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

function withFaults(classifiers: Classifier[]) {
  const faults: unknown[] = [];
  return {
    faults,
    classify: createClassify(classifiers, (reason, classifier) => faults.push([reason, classifier])),
  };
}

describe('classifiers of the user', () => {
  it('are asked first, in order, until one answers', () => {
    const asked: string[] = [];
    const classify = createClassify([
      () => void asked.push('first'),
      () => (asked.push('second'), 'database'),
      () => (asked.push('third'), 'server'),
    ]);

    expect(classify(refused)).toBe('database');
    expect(asked).toEqual(['first', 'second']);
  });

  it('leave what they do not know to the library', () => {
    expect(createClassify([() => undefined, () => null as never])(refused)).toBe('network');
  });

  it('are asked before a brand', () => {
    expect(
      createClassify([() => 'conflict'])({ [Symbol.for('nestjs-holdfast.error')]: 'CIRCUIT_OPEN' }),
    ).toBe('conflict');
  });

  it('are asked about a cause where nobody knows the error', () => {
    const classify = createClassify([(error) => (error.legacy === 17 ? 'rateLimit' : undefined)]);

    expect(classify(new Error('x', { cause: { legacy: 17 } }))).toBe('rateLimit');
    expect(classify(Object.assign(new Error('x', { cause: { legacy: 17 } }), { status: 404 }))).toBe(
      'notFound',
    );
  });

  it.each(['programming', 'unknown', 'server'] as const)('have the last word, also with %s', (word) => {
    const classify = createClassify([(error) => (error.mine ? word : undefined)]);

    expect(classify(Object.assign(new Error('x', { cause: refused }), { mine: true, status: 500 }))).toBe(
      word,
    );
  });

  it('are told of each fault where what was thrown is no object', () => {
    const { faults, classify } = withFaults([
      () => {
        throw new Error('my bug');
      },
    ]);
    for (const thrown of ['down', 'down']) expect(classify(thrown)).toBe('unknown');
    expect(faults).toHaveLength(2);
  });

  it('may say aborted', () => {
    expect(createClassify([() => 'aborted'])(refused)).toBe('aborted');
  });

  it('that throw are passed over and reported', () => {
    const fault = new Error('my bug');
    const broken: Classifier = () => {
      throw fault;
    };
    const { classify, faults } = withFaults([broken, () => 'database']);

    expect(classify(refused)).toBe('database');
    expect(faults).toEqual([[fault, broken]]);
  });

  it.each([
    ['a word that is no category', 'netwrk', 'a classifier returned no error category (got "netwrk")'],
    ['true', true, 'a classifier returned no error category (got boolean)'],
    ['an object', {}, 'a classifier returned no error category (got object)'],
    [
      'a promise',
      Promise.resolve('network'),
      'a classifier returned a promise; it must be synchronous and return its answer',
    ],
  ])('that return %s are passed over and reported', (_, answer, message) => {
    const { classify, faults } = withFaults([() => answer as never]);

    expect(classify(refused)).toBe('network');
    expect(faults).toEqual([[expect.objectContaining({ name: 'TypeError', message }), expect.any(Function)]]);
  });

  it('that return a promise which rejects leave no unhandled rejection', async () => {
    const unhandled = jest.fn();
    process.once('unhandledRejection', unhandled);

    expect(createClassify([() => Promise.reject(new Error('late')) as never])(refused)).toBe('network');
    await new Promise((resolve) => setImmediate(resolve));

    process.removeListener('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('need nobody to report to', () => {
    expect(createClassify([() => 'nonsense' as never])(refused)).toBe('network');
  });

  it('cannot be added to the list afterwards', () => {
    const list: Classifier[] = [() => undefined];
    const classify = createClassify(list);
    list.push(() => 'database');

    expect(classify(refused)).toBe('network');
  });
});
