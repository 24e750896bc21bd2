import type { PolicySettings } from '../../../core/policy-options.js';

/** A handler under `@UsePolicy`, with what its own method's decorators say beside it. */
export interface AdvisedHandler {
  /** Of the policy that `@UsePolicy` names. */
  readonly settings: PolicySettings;
  /** Of the method's own decorators. */
  readonly inner: PolicySettings | undefined;
  /** What must not be done twice unasked: `'POST'`. */
  readonly unrepeatable: string | undefined;
}

export type HandlerRule = (handler: AdvisedHandler) => string | undefined;

/** The handler is not retried: what it is for must not be done twice unasked. */
export function unretriedAdvice({ settings, unrepeatable }: AdvisedHandler): string | undefined {
  if (unrepeatable === undefined || settings.idempotent !== undefined || !retries(settings)) return undefined;
  return (
    `its ${attemptsOf(settings)} attempts are one, for ${unrepeatable} is not retried unasked; say idempotent: true if the ` +
    'handler may run twice, or take a policy without a retry'
  );
}

/** The method's fallback answers what the retry around it waits for. */
export function hiddenErrorsAdvice({ settings, inner, unrepeatable }: AdvisedHandler): string | undefined {
  if (inner?.fallback === undefined || !isRetried({ settings, unrepeatable })) return undefined;
  const which = inner.fallback.on === undefined ? 'the errors' : 'some of the errors';
  return (
    `its method's fallback answers ${which} that the ${attemptsOf(settings)} attempts of @UsePolicy("${settings.name}") ` +
    'are for; give the fallback to @UsePolicy, where it comes after the last attempt'
  );
}

/** Two retries of one method multiply, or the outer one never acts. */
export function stackedRetriesAdvice({ settings, inner, unrepeatable }: AdvisedHandler): string | undefined {
  if (inner === undefined || inner.fallback !== undefined || !retries(inner)) return undefined;
  if (!isRetried({ settings, unrepeatable })) return undefined;
  const outer = attemptsOf(settings);
  const outcome =
    settings.retry?.nested === 'allow'
      ? `up to ${outer * attemptsOf(inner)} attempts`
      : 'the outer one does not retry what the inner one gave up';
  return (
    `retried twice over, ${outer} attempts by @UsePolicy("${settings.name}") around ${attemptsOf(inner)} by its method's ` +
    `decorators: ${outcome}; keep one of them`
  );
}

/** A method that is retried, though it answers requests that must not be handled twice unasked. */
export function retriedRequestAdvice(
  inner: PolicySettings,
  unrepeatable: string | undefined,
): string | undefined {
  const isRequest = unrepeatable !== undefined && !unrepeatable.includes('message');
  if (!isRequest || inner.idempotent !== undefined || !retries(inner)) return undefined;
  return (
    `answers ${unrepeatable}, and its decorators run it up to ${attemptsOf(inner)} times: what it did before it failed is done ` +
    'again; say idempotent: true if it may run twice, or false to retry only where nothing was sent'
  );
}

function isRetried({ settings, unrepeatable }: Omit<AdvisedHandler, 'inner'>): boolean {
  if (!retries(settings) || settings.idempotent === false) return false;
  return unrepeatable === undefined || settings.idempotent === true;
}

function retries(settings: PolicySettings): boolean {
  return attemptsOf(settings) > 1;
}

function attemptsOf({ retry }: PolicySettings): number {
  return retry?.maxAttempts ?? 1;
}
