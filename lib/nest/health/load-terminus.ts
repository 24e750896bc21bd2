/** The optional peer; its types only, for whoever imports this file loads nothing yet. */
export type Terminus = typeof import('@nestjs/terminus');

/**
 * Loads Terminus when health is asked for: the package, and this entry point, load without it.
 *
 * @throws Error that says what to install.
 */
export async function loadTerminus(): Promise<Terminus> {
  try {
    return await import('@nestjs/terminus');
  } catch (error) {
    throw missing(error);
  }
}

/** A Terminus that is there and fails for another reason says so itself. */
function missing(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (!isMissing || !String(message).includes("'@nestjs/terminus'")) return error;
  return new Error(
    'ResilienceHealthIndicator needs @nestjs/terminus, which is not installed: npm install @nestjs/terminus',
    { cause: error },
  );
}
