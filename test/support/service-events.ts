import type { ResilienceEvent } from '../../lib/core/events/event-types.js';
import type { ResilienceService } from '../../lib/nest/resilience.service.js';

/**
 * Gives every event of an application from the first look on, in order: one without listeners runs calls in another way,
 * which wants testing, too.
 */
export function eventsOnDemand(service: ResilienceService): () => ResilienceEvent[] {
  let events: ResilienceEvent[] | undefined;
  return () => (events ??= eventsFrom(service));
}

function eventsFrom(service: ResilienceService): ResilienceEvent[] {
  const events: ResilienceEvent[] = [];
  service.events$.subscribe((event) => events.push(event));
  return events;
}
