import { classify } from '../../../../../lib/core/classify/classify.js';

describe('an error with nothing but a message', () => {
  it.each([
    ['Connection terminated unexpectedly', 'network'],
    ['Client has encountered a connection error and is not queryable', 'network'],
    ["Can't add new command when connection is in closed state", 'network'],
    ['Driver not Connected', 'network'],
    ['Connection is not established with mysql database', 'network'],
    ['timeout exceeded when trying to connect', 'timeout'],
    ['Query read timeout', 'timeout'],
    ['No connections available.', 'database'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'authentication'],
    ['Cannot use a pool after calling end on the pool', 'client'],
    ['Empty response. There are no subscribers listening to that message ("x")', 'network'],
  ])('%j, as clients of databases and brokers throw it, is %s', (message, category) => {
    expect(classify(new Error(message))).toBe(category);
  });

  it('is known by all of it', () => {
    expect(classify(new Error('Connection terminated unexpectedly by the moderator'))).toBe('unknown');
  });

  it('says less than a status beside it', () => {
    expect(classify(Object.assign(new Error('Connection is closed.'), { status: 404 }))).toBe('notFound');
  });
});
