import type { Dependency } from '../../shared/dist/dependency.js';
import type { SampleRedis } from '../../shared/dist/redis.js';

export interface Second {
  readonly second: number;
  readonly says?: string;
  readonly act?: () => Promise<void>;
}

/** What happens, second by second. A Redis that is not the sample's own is left alone. */
export function script(dependency: Dependency, redis: SampleRedis): Second[] {
  const events: Record<number, Omit<Second, 'second'>> = {
    3: { says: 'the dependency: gone', act: () => dependency.become('down') },
    6: { says: 'the dependency: is back', act: () => dependency.become('healthy') },
    10: redis.isOwn
      ? { says: 'Redis: killed', act: () => redis.kill() }
      : { says: 'Redis: not of this sample, left alone' },
    12: { says: 'the dependency: gone again', act: () => dependency.become('down') },
    15: { says: 'the dependency: is back', act: () => dependency.become('healthy') },
    ...(redis.isOwn && { 18: { says: 'Redis: is back', act: () => redis.start() } }),
    20: { says: 'the dependency: gone', act: () => dependency.become('down') },
    23: { says: 'the dependency: is back', act: () => dependency.become('healthy') },
  };
  return Array.from({ length: 27 }, (_, index) => ({ second: index + 1, ...events[index + 1] }));
}
