import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument } from '../support/markdown.js';

describe('the document on state', () => {
  it('has TypeScript that compiles in a strict project', () => {
    const blocks = codeBlocks(readDocument('docs/state.md'), 'ts').map(
      ({ code }, index) => [`state-${index}.ts`, code] as const,
    );
    expect(blocks).toHaveLength(4);
    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });
});
