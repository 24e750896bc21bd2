/** Of the optional peer; its types only, for whoever imports this file loads nothing yet. */
type RedisClass = (typeof import('ioredis'))['Redis'];

/**
 * Loads ioredis when a store is given a URL: the package, and this entry point, load without it.
 *
 * @throws Error that says what to install.
 */
export async function loadRedis(): Promise<RedisClass> {
  try {
    const { Redis } = await import('ioredis');
    return Redis;
  } catch (error) {
    throw missing(error);
  }
}

/** An ioredis that is there and fails for another reason says so itself. */
function missing(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (!isMissing || !String(message).includes("'ioredis'")) return error;
  return new Error('RedisStateStore({ url }) needs ioredis, which is not installed: npm install ioredis', {
    cause: error,
  });
}
