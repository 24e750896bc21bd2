import { classify, isPermanent } from '../../lib/core/classify/classify.js';
import { errorCategories, isPermanentCategory } from '../../lib/core/classify/error-category.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument, tableUnder } from '../support/markdown.js';

const document = readDocument('docs/errors.md');

/** An error as the client throws it that has this word of the documentation as its code, name, label or message. */
const thrown: Readonly<Record<string, (word: string) => unknown>> = {
  PostgreSQL: (word) => (isCode(word) ? { code: word, severity: 'ERROR' } : new Error(word)),
  'MySQL and MariaDB': (word) => (isCode(word) ? { code: word } : new Error(word)),
  TypeORM: (word) => named(word),
  Prisma: (word) => (/^P\d/.test(word) ? { code: word, clientVersion: '7.10.0' } : named(word)),
  MongoDB: (word) => {
    if (Number(word) > 0) return named('MongoServerError', { code: Number(word) });
    return word.startsWith('Mongo') ? named(word) : { errorLabels: [word] };
  },
  Redis: (word) => {
    if (/^[A-Z]+( |$)/.test(word)) return named('ReplyError', { message: `${word} x` });
    return word.endsWith('Error') ? named(word) : new Error(word);
  },
  gRPC: (word) => ({ code: Number(word), details: '', metadata: {} }),
  'AWS SDK, version 3': (word) => named(word, { $metadata: {}, $fault: 'client' }),
  RabbitMQ: (word) => {
    if (Number(word) > 0) return { code: Number(word), classId: 10, methodId: 10 };
    return /^C\w+ closed$/.test(word)
      ? named('IllegalOperationError', { message: word })
      : new Error(word.replace(/403$/, '403 (ACCESS-REFUSED)'));
  },
  NATS: (word) => (word.endsWith('Error') ? named(word) : named('NatsError', { code: word })),
};

describe('docs/errors.md', () => {
  it('has TypeScript that compiles in a strict project', () => {
    const blocks = codeBlocks(document, 'ts').map(({ code }, index) => [`block-${index}.ts`, code] as const);

    expect(typeErrors(Object.fromEntries(blocks))).toEqual([]);
  });

  it('tells every category, and which are tried again', () => {
    const rows = tableUnder(document, 'category').map(([category, , again]) => [category, again]);

    expect(rows).toEqual(
      errorCategories.map((category) => [category, isPermanentCategory(category) ? 'no' : 'yes']),
    );
  });

  it.each(Object.keys(thrown))('tells of %s what classify says', (client) => {
    const make = thrown[client] as (word: string) => unknown;
    const told = rowsOf(client);
    const said = told.map(({ word }) => {
      const category = classify(make(word));
      return { word, category, again: isPermanent(make(word), classify) ? 'no' : 'yes' };
    });

    expect(told.length).toBeGreaterThan(3);
    expect(said).toEqual(told);
  });
});

function rowsOf(client: string): { word: string; category: string; again: string }[] {
  const [, section = ''] = document.split(`\n## ${client}\n`);
  const [text = ''] = section.split('\n## ');
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).flatMap((line) => {
    const [first = '', category = '', again = ''] = line.split('|').slice(1, -1);
    const words = [...first.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
    return words.map((word) => ({
      word,
      category: category.replaceAll('`', '').trim(),
      again: again.trim(),
    }));
  });
}

function named(name: string, fields: object = {}): Error {
  return Object.assign(new Error('x'), { name }, fields);
}

function isCode(word: string): boolean {
  return /^[A-Z0-9_]+$/.test(word);
}
