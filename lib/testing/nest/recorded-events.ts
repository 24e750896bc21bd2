import type { ResilienceEvents } from '../../core/events/emitter.js';
import type { ResilienceEvent } from '../../core/events/event-types.js';

/** Every event so far, in order; `on` and `onAny` subscribe to those to come. @public */
export type RecordedEvents = readonly ResilienceEvent[] & ResilienceEvents;

/** Records all events from now on. */
export function recordEvents(events: ResilienceEvents): RecordedEvents {
  const recorded: ResilienceEvent[] = [];
  events.onAny((event) => recorded.push(event));
  // Not enumerable, so that the list equals a plain one.
  return Object.defineProperties(recorded, {
    on: { value: events.on.bind(events) },
    onAny: { value: events.onAny.bind(events) },
  }) as ResilienceEvent[] & ResilienceEvents;
}
