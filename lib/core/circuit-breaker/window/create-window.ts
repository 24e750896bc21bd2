import type { WindowSettings } from '../window-options.js';
import { CountWindow } from './count-window.js';
import { TimeWindow } from './time-window.js';
import type { SampleWindow } from './window.js';

export function createWindow(settings: WindowSettings): SampleWindow {
  return settings.type === 'count'
    ? new CountWindow(settings.size)
    : new TimeWindow(settings.durationMs, settings.buckets);
}

/** The window under other settings: samples stay as far as they fit, another kind of window starts empty. */
export function adaptWindow(
  window: SampleWindow | null,
  settings: WindowSettings | undefined,
): SampleWindow | null {
  if (window === null || settings === undefined) return null;
  if (window instanceof CountWindow && settings.type === 'count') return window.resized(settings.size);
  if (window instanceof TimeWindow && settings.type === 'time') {
    window.resize(settings.durationMs, settings.buckets);
    return window;
  }
  return null;
}
