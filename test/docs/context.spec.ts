import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument } from '../support/markdown.js';

describe('the document on context across calls', () => {
  it('has TypeScript that compiles in a strict project', () => {
    const blocks = codeBlocks(readDocument('docs/context.md'), 'ts').map(
      ({ code }, index) => [`context-${index}.ts`, code] as const,
    );

    expect(blocks).toHaveLength(2);
    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });
});
