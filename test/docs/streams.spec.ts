import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument } from '../support/markdown.js';

describe('the document on streams', () => {
  it('has TypeScript that compiles in a strict project', () => {
    const blocks = codeBlocks(readDocument('docs/streams.md'), 'ts').map(
      ({ code }, index) => [`streams-${index}.ts`, code] as const,
    );
    expect(blocks).toHaveLength(3);
    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });
});
