import type { ModulesContainer } from '@nestjs/core';
import { ResilienceConfigError } from '../../core/errors/config-error.js';
import { eventTypes } from '../../core/events/event-types.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';

/** What is used of `EventEmitter2`, which `@nestjs/event-emitter` provides. */
interface AnyEmitter {
  emit(name: string, event: unknown): unknown;
}

/** `eventemitter2` calls its class by the shorter name. */
const ownName = /^EventEmitter2?$/;

/** What the names of the events begin with. */
const PREFIX = 'resilience.';

/**
 * Hands events on to the `EventEmitter2` of `@nestjs/event-emitter`, as `resilience.circuitOpened` and the like, where the
 * option `eventEmitter` asks for it. The package itself is never loaded: the application has.
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) where there is none.
 */
export function bridgeEvents(runtime: ResilienceRuntime, modules: ModulesContainer): void {
  const { eventEmitter: wanted } = runtime.settings;
  if (wanted === false) return;
  const emitter = findEmitter(modules);
  if (emitter === undefined) throw new ResilienceConfigError({ issues: [MISSING] });
  const { events } = runtime.engine;
  for (const type of wanted === true ? eventTypes : wanted)
    events.on(type, (event) => void emitter.emit(PREFIX + type, event));
}

const MISSING =
  'eventEmitter: this application has no EventEmitter2; npm install @nestjs/event-emitter and import ' +
  'EventEmitterModule.forRoot() in the root module';

/** By the name of its class and what only an EventEmitter2 has, for the class itself only its own package could tell. */
function findEmitter(modules: ModulesContainer): AnyEmitter | undefined {
  for (const { providers } of modules.values()) {
    for (const { token, instance } of providers.values()) {
      if (typeof token === 'function' && ownName.test(token.name) && isEmitter(instance)) return instance;
    }
  }
  return undefined;
}

function isEmitter(instance: unknown): instance is AnyEmitter {
  const members = instance as Readonly<Record<string, unknown>> | null | undefined;
  return ['emit', 'emitAsync', 'onAny'].every((name) => typeof members?.[name] === 'function');
}
