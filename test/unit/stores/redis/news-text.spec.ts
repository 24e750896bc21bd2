import type { CircuitNewsHere } from '../../../../lib/core/ports/circuit-exchange.js';
import { parseNews, writeNews } from '../../../../lib/stores/redis/news-text.js';

describe('news as text', () => {
  it.each<CircuitNewsHere>([
    { type: 'opened', breaker: 'payments', key: 'acme', openForMs: 1500, reopenings: 2 },
    { type: 'opened', breaker: 'payments', openForMs: 0, reopenings: 0 },
    { type: 'closed', breaker: 'payments', key: '' },
    { type: 'reset', breaker: 'payments' },
  ])('says the same when it is read: %j', (news) => {
    const aged = news.type === 'opened' ? { ageMs: 40 } : {};
    expect(parseNews(writeNews(news, 'one'), 40)).toEqual({ ...news, ...aged, instance: 'one' });
  });

  it('of a circuit that is open until somebody closes it has no length', () => {
    const text = '{"t":"opened","i":"one","b":"payments","r":0}';
    expect(parseNews(text, 40)).toEqual({
      type: 'opened',
      instance: 'one',
      breaker: 'payments',
      reopenings: 0,
      ageMs: 40,
    });
  });

  const whole = { t: 'opened', i: 'one', b: 'payments', o: 1500, r: 0 };
  it.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['null', 'null'],
    ['no instance', { ...whole, i: 1 }],
    ['no breaker', { ...whole, b: undefined }],
    ['a key that is no text', { ...whole, k: 7 }],
    ['another type', { ...whole, t: 'melted' }],
    ['no reopenings', { ...whole, r: undefined }],
    ['reopenings below zero', { ...whole, r: -1 }],
    ['half a reopening', { ...whole, r: 0.5 }],
    ['a length below zero', { ...whole, o: -1 }],
    ['a length that is no number', { ...whole, o: 'long' }],
  ])('of a stranger is no news: %s', (_, written) => {
    const text = typeof written === 'string' ? written : JSON.stringify(written);
    expect(parseNews(text, 0)).toBeUndefined();
  });
});
