import { resolvePolicy, type PolicyOptions } from '../../lib/core/policy-options.js';
import { failureRatioAdvice } from '../../lib/nest/boot/advisor/failure-ratio.js';
import {
  hiddenErrorsAdvice,
  retriedRequestAdvice,
  stackedRetriesAdvice,
  unretriedAdvice,
} from '../../lib/nest/boot/advisor/handler-rules.js';
import { hedgeDelayAdvice } from '../../lib/nest/boot/advisor/hedge-delay.js';
import { queueTimeoutAdvice } from '../../lib/nest/boot/advisor/queue-timeout.js';
import { resetTimeoutAdvice } from '../../lib/nest/boot/advisor/reset-timeout.js';
import { totalTimeoutAdvice } from '../../lib/nest/boot/advisor/total-timeout.js';
import { unhedgedHandlerAdvice, unhedgedMethodAdvice } from '../../lib/nest/boot/advisor/unhedged.js';
import { typeErrors } from '../support/compile.js';
import { codeBlocks, readDocument } from '../support/markdown.js';

const text = readDocument('docs/boot-advisor.md');

const of = (options: PolicyOptions) => resolvePolicy('edge', options);
const retried = of({ retry: {} });

/** One of each. */
const warnings = [
  totalTimeoutAdvice(of({ retry: {}, timeout: { attempt: '3s', total: '5s' } })),
  resetTimeoutAdvice(of({ circuitBreaker: { resetTimeout: '1s' }, timeout: { attempt: '3s' } })),
  failureRatioAdvice(of({ circuitBreaker: {}, rateLimiter: { limit: 100 } })),
  queueTimeoutAdvice(of({ bulkhead: { maxQueue: 1, queueTimeout: '9s' }, timeout: '5s' })),
  hedgeDelayAdvice(of({ hedge: { delay: '9s' }, timeout: { attempt: '3s' } })),
  unhedgedMethodAdvice(of({ hedge: { delay: '1s' } })),
  unhedgedHandlerAdvice(of({ hedge: { delay: '1s' } })),
  unretriedAdvice({ settings: retried, inner: undefined, unrepeatable: 'POST' }),
  retriedRequestAdvice(retried, 'POST'),
  stackedRetriesAdvice({ settings: retried, inner: retried, unrepeatable: undefined }),
  hiddenErrorsAdvice({ settings: retried, inner: of({ fallback: { value: 1 } }), unrepeatable: undefined }),
];

describe('the document on the boot advisor', () => {
  it('has TypeScript that compiles in a strict project', () => {
    const [block, ...others] = codeBlocks(text, 'ts');

    expect(others).toEqual([]);
    expect(typeErrors({ 'boot-advisor.ts': block?.code ?? '' })).toEqual([]);
  });

  it('shows a warning as it is given', () => {
    const settings = resolvePolicy('payments', {
      retry: { maxAttempts: 5 },
      timeout: { attempt: '3s', total: '5s' },
    });

    expect(codeBlocks(text, 'text').map(({ code }) => code.trim())).toEqual([
      `policy "payments": ${totalTimeoutAdvice(settings)}`,
    ]);
  });

  it('has a heading for every warning, in its words', () => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].flatMap(([, heading = '']) =>
      [...heading.matchAll(/"([^"]*)"/g)].map(([, phrase = '']) => new RegExp(phrase.replaceAll('…', '.*'))),
    );

    expect(warnings.filter((warning) => warning === undefined)).toEqual([]);
    expect(warnings.filter((warning = '') => !headings.some((heading) => heading.test(warning)))).toEqual([]);
    expect(headings.filter((heading) => !warnings.some((warning = '') => heading.test(warning)))).toEqual([]);
  });
});
