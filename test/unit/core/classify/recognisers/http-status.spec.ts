import { classify } from '../../../../../lib/core/classify/classify.js';

describe('an HTTP status', () => {
  it.each([
    [301, 'client'],
    [304, 'client'],
    [400, 'validation'],
    [401, 'authentication'],
    [402, 'client'],
    [403, 'authorization'],
    [404, 'notFound'],
    [405, 'client'],
    [407, 'authentication'],
    [408, 'timeout'],
    [409, 'conflict'],
    [410, 'notFound'],
    [412, 'conflict'],
    [413, 'client'],
    [418, 'client'],
    [422, 'validation'],
    [425, 'server'],
    [429, 'rateLimit'],
    [451, 'client'],
    [499, 'client'],
    [500, 'server'],
    [501, 'server'],
    [502, 'server'],
    [503, 'server'],
    [504, 'timeout'],
    [529, 'server'],
  ])('%i is %s, wherever the error carries it', (status, category) => {
    expect(classify({ getStatus: () => status })).toBe(category);
    expect(classify(Object.assign(new Error('answer'), { statusCode: status }))).toBe(category);
    expect(classify(Object.assign(new Error('answer'), { status }))).toBe(category);
    expect(classify(Object.assign(new Error('answer'), { response: { status } }))).toBe(category);
    expect(classify(Object.assign(new Error('answer'), { response: { statusCode: status } }))).toBe(category);
  });

  it('of a Response that was thrown counts', () => {
    expect(classify(new Response(null, { status: 503 }))).toBe('server');
  });

  it.each([
    ['of success', { status: 200 }],
    ['that is informational', { status: 100 }],
    ['out of range', { status: 600 }],
    ['negative', { statusCode: -500 }],
    ['broken', { statusCode: 404.5 }],
    ['as a text', { status: '503' }],
    ['as a word', { status: 'error' }],
    ['as NaN', { status: NaN }],
    ['asked in vain', { getStatus: () => undefined }],
    ['of no response', { response: null }],
    ['of a response in words', { response: 'Not found' }],
  ])('%s says nothing', (_, error) => {
    expect(classify(error)).toBe('unknown');
  });
});
