import { classify } from '../../lib/core/classify/classify.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument, tableUnder } from '../support/markdown.js';

const documents = ['microservices', 'graphql-and-websockets'].map(
  (name) => [name, readDocument(`docs/${name}.md`)] as const,
);

describe('the documents on transports', () => {
  it('have TypeScript that compiles in a strict project', () => {
    const blocks = documents.flatMap(([name, text]) =>
      codeBlocks(text, 'ts').map(({ code }, index) => [`${name}-${index}.ts`, code] as const),
    );

    expect(blocks).toHaveLength(6);
    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });

  it('tell what becomes of the errors that ClientProxy fails with', () => {
    const rows = tableUnder(readDocument('docs/microservices.md'), 'what ClientProxy fails with');
    const examples: [error: unknown, told: string, category?: string][] = [
      [{ status: 404, message: 'no such order' }, 'its status', 'notFound'],
      [{ status: 'error', message: 'Internal server error' }, 'server'],
      [{ status: 'error', message: 'm', code: 'RATE_LIMITED', statusCode: 429 }, 'its status', 'rateLimit'],
      ['There is no matching message handler defined in the remote service.', 'notFound'],
      [new Error('Connection closed'), 'network'],
      [Object.assign(new Error('Timeout has occurred'), { name: 'TimeoutError' }), 'timeout'],
      [{ status: 'error', message: 'sold out' }, 'unknown'],
    ];

    expect(rows.map(([, told]) => told)).toEqual(examples.map(([, told]) => told));
    for (const [error, told, category = told] of examples) expect(classify(error)).toBe(category);
  });
});
