/** The optional peer; its types only, for whoever imports this file loads nothing yet. */
export type OpenTelemetry = typeof import('@opentelemetry/api');

/**
 * Loads the API of OpenTelemetry when it is asked for: the package, and this entry point, load without it.
 *
 * @throws Error that says what to install.
 */
export async function loadOpenTelemetry(neededBy: string): Promise<OpenTelemetry> {
  try {
    return await import('@opentelemetry/api');
  } catch (error) {
    throw missing(error, neededBy);
  }
}

/** A package that is there and fails for another reason says so itself. */
function missing(error: unknown, neededBy: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (!isMissing || !String(message).includes("'@opentelemetry/api'")) return error;
  return new Error(
    `${neededBy} needs @opentelemetry/api, which is not installed: npm install @opentelemetry/api`,
    { cause: error },
  );
}
