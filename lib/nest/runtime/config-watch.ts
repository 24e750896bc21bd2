import type { Clock, TimerHandle, TimerTask } from '../../core/time/clock.js';
import { environmentPrefix } from '../../config/environment-names.js';
import type { ConfigSource } from './config-source.js';

/** Changes come in bursts, one for each value that is set: this long after the last of them one reload takes them all. */
const DEBOUNCE_MS = 100;

/** Follows what the application sets in its `ConfigService` while it runs; edited files are not watched. */
export class ConfigWatch implements TimerTask {
  private unsubscribe: (() => void) | undefined;
  private timer: TimerHandle = undefined;

  /** @param reload must not throw: nobody is there to catch */
  constructor(
    private readonly clock: Clock,
    private readonly configKey: string,
    private readonly reload: () => void,
  ) {}

  start(config: ConfigSource): void {
    this.unsubscribe = config.onChange?.((path) => {
      if (concerns(path, this.configKey)) this.debounce();
    });
  }

  expire(): void {
    this.timer = undefined;
    this.reload();
  }

  stop(): void {
    this.unsubscribe?.();
    this.clock.clearTimer(this.timer);
  }

  private debounce(): void {
    this.clock.clearTimer(this.timer);
    this.timer = this.clock.setTimer(this, DEBOUNCE_MS);
  }
}

/** Whether a path of the configuration stands at, above or below the key, or names a variable of this library. */
function concerns(path: string, configKey: string): boolean {
  if (path.startsWith(environmentPrefix)) return true;
  const [changed, ours] = [segments(path), segments(configKey)];
  return changed.every((segment, index) => index >= ours.length || segment === ours[index]);
}

/** `app.calls`, `app['calls']` and the list `['app', 'calls']`, as text, are one path. */
function segments(path: string): readonly string[] {
  return path.split(/[.,[\]'"]+/).filter((segment) => segment !== '');
}
