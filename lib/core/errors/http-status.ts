interface StatusBearer {
  readonly getStatus?: unknown;
  readonly statusCode?: unknown;
  readonly status?: unknown;
  readonly response?: unknown;
}

/**
 * The HTTP status (100 to 599) that an error carries: from `getStatus()`, `statusCode`, `status`, or `statusCode` or
 * `status` of its `response`, the first that is one. Never throws.
 */
export function httpStatusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    const { getStatus, response } = error as StatusBearer;
    const said: unknown = typeof getStatus === 'function' ? getStatus.call(error) : undefined;
    return asStatus(said) ?? statusIn(error) ?? statusIn(response);
  } catch {
    return undefined; // an error that throws on access carries no status
  }
}

/** The status of an error that tells of a failure (400 to 599): fit to answer a client with. */
export function failureStatusOf(error: unknown): number | undefined {
  const status = httpStatusOf(error);
  return status !== undefined && status >= 400 ? status : undefined;
}

function statusIn(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { statusCode, status } = value as StatusBearer;
  return asStatus(statusCode) ?? asStatus(status);
}

function asStatus(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 100 && value <= 599 && Number.isInteger(value)
    ? value
    : undefined;
}
