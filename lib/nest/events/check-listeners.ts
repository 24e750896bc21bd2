import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { breakerEventTypes, eventTypes } from '../../core/events/event-types.js';
import { describeValue } from '../../core/options/describe-value.js';
import { suggestion } from '../../core/options/nearest.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import type { ListeningClass } from './find-listeners.js';
import type { Subscription } from './listener-metadata.js';

/** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong with `@OnResilienceEvent`. */
export function checkListeners(runtime: ResilienceRuntime, listeners: readonly ListeningClass[]): void {
  const issues = listeners.flatMap(({ type, methods, instances }) =>
    methods.flatMap(({ key, subscriptions }) => {
      const place = `${runtime.names.nameOf(type)}.${String(key)}: @OnResilienceEvent`;
      const faults = subscriptions.flatMap(faultOf).map((fault) => `${place} ${fault}`);
      return instances === undefined ? [...faults, `${place} ${REQUEST_SCOPED}`] : faults;
    }),
  );
  if (issues.length > 0) throw new ResilienceConfigError({ issues: [...new Set(issues)] });
}

const REQUEST_SCOPED =
  'is on a provider of which every request makes its own instance, and events belong to no request; move the method to a ' +
  'provider of the default scope, with no request-scoped provider among its dependencies';

function faultOf({ type, breaker }: Subscription): readonly string[] {
  if (!(eventTypes as readonly string[]).includes(type))
    return [
      `names an event that does not exist: ${describeValue(type)}${suggestion(String(type), eventTypes)}`,
    ];
  if (breaker === undefined) return [];
  if (typeof breaker !== 'string' || breaker === '')
    return [`expected the name of a breaker or policy (got ${describeValue(breaker)})`];
  if ((breakerEventTypes as readonly string[]).includes(type)) return [];
  return [`${describeValue(type)} comes from no breaker; leave \`breaker\` out`];
}

/** Names of breakers that nothing has yet: calls may make them, but most likely they are misspelt. */
export function unknownBreakers(
  { engine, policies, names }: ResilienceRuntime,
  listeners: readonly ListeningClass[],
): readonly string[] {
  const known = new Set([...engine.breakers.all()].flatMap((one) => [one.name, ...one.policies]));
  return listeners.flatMap(({ type, methods }) =>
    methods.flatMap(({ key, subscriptions }) =>
      subscriptions.flatMap(({ breaker }) =>
        breaker === undefined || known.has(breaker) || policies.has(breaker)
          ? []
          : `${names.nameOf(type)}.${String(key)}: @OnResilienceEvent names the breaker ${describeValue(breaker)}, which ` +
            `does not exist so far${suggestion(breaker, [...known])}`,
      ),
    ),
  );
}
