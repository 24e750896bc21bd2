import type { Clock } from '../../core/time/clock.js';
import { checkMethods } from '../../nest/boot/check-methods.js';
import { bindHandle } from '../../nest/method/inject-handle.js';
import { allMethods } from '../../nest/method/method-registry.js';
import type { ResilienceModuleOptions } from '../../nest/resilience-options.interface.js';
import { HANDLE_PROPERTY } from '../../nest/resilience.constants.js';
import { noConfig } from '../../nest/runtime/config-source.js';
import { ResilienceHandle } from '../../nest/runtime/resilience.handle.js';
import { ResilienceRuntime } from '../../nest/runtime/resilience.runtime.js';
import { VirtualClock } from '../virtual-clock.js';
import { recordEvents, type RecordedEvents } from './recorded-events.js';

/** Options of {@link protect}: those of `ResilienceModule.forRoot` that concern calls. @public */
export type ProtectOptions<C extends Clock = Clock> = Omit<
  ResilienceModuleOptions,
  'routes' | 'httpErrors' | 'configKey' | 'logger' | 'logging' | 'shutdownGrace' | 'clock'
> & {
  /** @defaultValue a `VirtualClock` that advances by itself */
  readonly clock?: C;
};

/** What {@link protect} resolves to. @public */
export interface Protected<T, C extends Clock = VirtualClock> {
  /** The very instance that was given. */
  readonly instance: T;
  readonly clock: C;
  /** Every event of its calls, in order. */
  readonly events: RecordedEvents;
}

const runtimes = new WeakMap<object, ResilienceRuntime>();

/**
 * Protects a plain instance, as an application would: its decorated methods run under their policies. Protecting it
 * again begins anew.
 *
 * @example
 * ```ts
 * const { instance, events } = await protect(new PaymentsService(fake), { policies: { payments: { retry: {} } } });
 * await instance.charge(order);
 * expect(events.map(({ type }) => type)).toContain('retry');
 * ```
 *
 * @throws ResilienceConfigError (`CONFIG_INVALID`) for whatever would stop the boot of an application.
 * @throws TypeError for an instance without protected methods, or of a running application.
 *
 * @public
 */
export async function protect<T extends object, C extends Clock = VirtualClock>(
  instance: T,
  options: ProtectOptions<C> = {},
): Promise<Protected<T, C>> {
  refuseRunning(instance);
  const clock = options.clock ?? (new VirtualClock({ autoAdvance: true }) as Clock as C);
  const handle = new ResilienceHandle();
  const runtime = ResilienceRuntime.from({ ...options, clock }, () => noConfig);
  handle.fill(runtime);
  boot(handle, instance.constructor);
  runtimes.get(instance)?.stop();
  bindHandle(instance, handle);
  runtimes.set(instance, runtime);
  return { instance, clock, events: recordEvents(runtime.engine.events) };
}

function boot(handle: ResilienceHandle, type: Function): void {
  if (allMethods(type.prototype as object).length === 0) {
    throw new TypeError(`${type.name} has no protected method; decorate one, as with @Retryable()`);
  }
  const { runtime } = handle;
  const classes = [{ type, module: 'protect' }];
  runtime.boot([() => runtime.names.learn(classes), () => checkMethods(handle, runtime, classes)]);
}

/** An instance that an application has made is that application's, as long as it runs. */
function refuseRunning(instance: object): void {
  const known = (instance as { [HANDLE_PROPERTY]?: ResilienceHandle })[HANDLE_PROPERTY];
  if (known === undefined || known.isOver || known.runtime === runtimes.get(instance)) return;
  throw new TypeError(
    `This ${instance.constructor.name} belongs to an application, which protects it; overrideResilience() changes its options`,
  );
}
