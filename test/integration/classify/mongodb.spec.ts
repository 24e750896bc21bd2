import {
  MongoBulkWriteError,
  MongoClient,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoWriteConcernError,
} from 'mongodb';
import { classify, isPermanent } from '../../../lib/core/classify/classify.js';
import { provesNothingSent } from '../../../lib/core/classify/proves-nothing-sent.js';
import { closedPort, thrownBy } from './support.js';

const answer = (code: number, errorLabels: string[] = []) =>
  new MongoServerError({ message: 'x', code, codeName: 'X', errorLabels });

describe("the MongoDB driver's own errors", () => {
  it.each([
    ['a duplicate key', answer(11_000), 'conflict'],
    ['a right that is missing', answer(13), 'authorization'],
    ['a wrong password', answer(18), 'authentication'],
    ['maxTimeMS', answer(50), 'timeout'],
    ['a write conflict', answer(112, ['TransientTransactionError']), 'database'],
    ['a primary that stepped down', answer(189, ['RetryableWriteError']), 'database'],
    ['something that may pass', answer(99_999, ['TransientTransactionError']), 'database'],
    [
      'a bulk write with a duplicate key',
      new MongoBulkWriteError({ message: 'x', code: 11_000, writeErrors: [] }, {} as never),
      'conflict',
    ],
    [
      'a write concern that timed out',
      new MongoWriteConcernError({ writeConcernError: { code: 64, errmsg: 'x' }, ok: 1 } as never),
      'timeout',
    ],
    ['a connection that broke', new MongoNetworkError('x'), 'network'],
    ['a socket that timed out', new MongoNetworkTimeoutError('x'), 'timeout'],
    ['a wrong argument', new MongoInvalidArgumentError('x'), 'programming'],
  ])('%s is %s', (_, error, category) => {
    expect(classify(error)).toBe(category);
  });

  it('a server that is not there is network, and proves nothing: the driver may have tried before', async () => {
    const client = new MongoClient(`mongodb://127.0.0.1:${await closedPort()}`, {
      serverSelectionTimeoutMS: 100,
    });
    const error = await thrownBy(() => client.db('test').collection('test').findOne());
    await client.close();

    expect(classify(error)).toBe('network');
    expect(isPermanent(error, classify)).toBe(false);
    expect(provesNothingSent(error)).toBe(false);
  });

  it('a client that was closed is network', async () => {
    const client = new MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 100 });
    await client.close();

    expect(classify(await thrownBy(() => client.db('test').collection('test').findOne()))).toBe('network');
  });
});
