import { resolvePolicy, type PolicyOptions } from '../../../../../lib/core/policy-options.js';
import {
  hiddenErrorsAdvice,
  retriedRequestAdvice,
  stackedRetriesAdvice,
  unretriedAdvice,
  type AdvisedHandler,
} from '../../../../../lib/nest/boot/advisor/handler-rules.js';

const settingsOf = (options: PolicyOptions) => resolvePolicy('edge', options);
const three: PolicyOptions = { retry: {} };
const two: PolicyOptions = { retry: { maxAttempts: 2 } };
const answered: PolicyOptions = { fallback: { value: 1 } };

function handler(options: PolicyOptions, inner?: PolicyOptions, unrepeatable?: string): AdvisedHandler {
  return { settings: settingsOf(options), inner: inner && settingsOf(inner), unrepeatable };
}

function expected(text: string | undefined): unknown {
  return text === undefined ? undefined : expect.stringContaining(text);
}

describe('advice on a handler that is not retried', () => {
  it.each<[PolicyOptions, string | undefined, string | undefined]>([
    [three, 'POST', 'its 3 attempts are one, for POST is not retried unasked; say idempotent: true'],
    [three, 'a message', 'for a message is not retried'],
    [three, undefined, undefined],
    [{}, 'POST', undefined],
    [{ retry: { maxAttempts: 1 } }, 'POST', undefined],
    [{ ...three, idempotent: true }, 'POST', undefined],
    [{ ...three, idempotent: false }, 'POST', undefined],
  ])('with %j for %s: %s', (options, kind, text) => {
    expect(unretriedAdvice(handler(options, undefined, kind))).toEqual(expected(text));
  });
});

describe('advice on a fallback inside of a retry', () => {
  it.each<[PolicyOptions, PolicyOptions | undefined, string | undefined, string | undefined]>([
    [
      three,
      answered,
      undefined,
      'its method\'s fallback answers the errors that the 3 attempts of @UsePolicy("edge") are for',
    ],
    [
      three,
      { fallback: { handlers: [{ value: 1 }], on: ['network'] } },
      undefined,
      'answers some of the errors',
    ],
    [{ ...three, idempotent: true }, answered, 'POST', 'answers the errors'],
    [three, answered, 'POST', undefined],
    [{ ...three, idempotent: false }, answered, undefined, undefined],
    [{}, answered, undefined, undefined],
    [three, two, undefined, undefined],
    [three, undefined, undefined, undefined],
  ])('with %j around %j for %s: %s', (outer, inner, kind, text) => {
    expect(hiddenErrorsAdvice(handler(outer, inner, kind))).toEqual(expected(text));
  });
});

describe('advice on retries of one method', () => {
  it.each<[PolicyOptions, PolicyOptions | undefined, string | undefined, string | undefined]>([
    [
      three,
      two,
      undefined,
      'retried twice over, 3 attempts by @UsePolicy("edge") around 2 by its method\'s decorators: the outer one does not ' +
        'retry what the inner one gave up; keep one of them',
    ],
    [{ retry: { nested: 'allow' } }, two, undefined, 'decorators: up to 6 attempts; keep one'],
    [{ ...three, idempotent: true }, two, 'POST', 'retried twice over'],
    [three, two, 'POST', undefined],
    [three, { ...two, ...answered }, undefined, undefined],
    [three, {}, undefined, undefined],
    [{}, two, undefined, undefined],
    [three, undefined, undefined, undefined],
  ])('with %j around %j for %s: %s', (outer, inner, kind, text) => {
    expect(stackedRetriesAdvice(handler(outer, inner, kind))).toEqual(expected(text));
  });
});

describe('advice on a method that answers requests and is retried', () => {
  it.each<[PolicyOptions, string | undefined, string | undefined]>([
    [three, 'POST', 'answers POST, and its decorators run it up to 3 times'],
    [three, 'a mutation', 'answers a mutation'],
    [three, 'a message', undefined],
    [three, 'a WebSocket message', undefined],
    [three, undefined, undefined],
    [{ ...three, idempotent: true }, 'POST', undefined],
    [{ ...three, idempotent: false }, 'POST', undefined],
    [{}, 'POST', undefined],
  ])('with %j for %s: %s', (options, kind, text) => {
    expect(retriedRequestAdvice(settingsOf(options), kind)).toEqual(expected(text));
  });
});
