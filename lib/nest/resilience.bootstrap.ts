import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { ReplaySubject } from 'rxjs';
import { RESILIENCE_HANDLE, RESILIENCE_OPTIONS } from './resilience.constants.js';
import { advise } from './boot/advisor/advise.js';
import { announceBoot } from './boot/announce-boot.js';
import { checkHandlers } from './boot/check-handlers.js';
import { checkMethods } from './boot/check-methods.js';
import { checkNames } from './boot/check-names.js';
import { injectedPolicies } from './boot/injected-policies.js';
import { instancesOf, prepareHandlers, prepareMade, providedClasses } from './boot/provided-classes.js';
import { providePolicies } from './boot/provide-policies.js';
import { takeUpState } from './boot/take-up-state.js';
import { refuseSecondRoot } from './boot/refuse-second-root.js';
import { checkListeners, unknownBreakers } from './events/check-listeners.js';
import { bridgeEvents } from './events/event-emitter-bridge.js';
import { findListeners } from './events/find-listeners.js';
import { RecentFailures } from './events/recent-failures.js';
import { subscribeListeners } from './events/subscribe-listeners.js';
import { ResilienceLogger } from './logging/resilience.logger.js';
import { bindHandle } from './method/inject-handle.js';
import { findConfig } from './runtime/config-source.js';
import { ConfigWatch } from './runtime/config-watch.js';
import type { ProvidedClass } from './runtime/class-names.js';
import { NamedPolicy } from './runtime/named-policy.js';
import { issuesOf } from './runtime/policy-issues.js';
import type { ResilienceHandle } from './runtime/resilience.handle.js';
import { ResilienceRuntime } from './runtime/resilience.runtime.js';
import { applicationEnded, applicationStarted } from './runtime/running-applications.js';
import { endLiveStreams } from './stream/live-streams.js';

/** Fills the application's handle once the options are there, checks everything at boot, and ends it all at shutdown. */
@Injectable()
export class ResilienceBootstrap implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly runtime: ResilienceRuntime;
  readonly logger: ResilienceLogger;
  readonly failures: RecentFailures;
  /** Says once that the application has ended, also to who asks later. */
  readonly ended = new ReplaySubject<void>(1);
  private readonly watch: ConfigWatch;

  constructor(
    @Inject(RESILIENCE_HANDLE) private readonly handle: ResilienceHandle,
    @Inject(RESILIENCE_OPTIONS) options: unknown,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {
    refuseSecondRoot(modules);
    this.runtime = ResilienceRuntime.from(options, () => findConfig(moduleRef));
    this.logger = new ResilienceLogger(this.runtime);
    this.failures = new RecentFailures(this.runtime);
    const { engine, settings } = this.runtime;
    this.watch = new ConfigWatch(engine.clock, settings.configKey, () => this.followChange());
    // A name that is not unique, the boot tells, with all that is wrong beside it.
    issuesOf(() => this.runtime.names.learn(this.classes()));
    prepareHandlers(modules, this.runtime.settings.httpErrors);
    prepareMade(modules, (instance) => bindHandle(instance, handle));
    handle.fill(this.runtime);
    this.providePolicies(this.runtime.namesInCode);
  }

  /** @throws ResilienceConfigError (`CONFIG_INVALID`) with everything that is wrong: the application does not start. */
  async onModuleInit(): Promise<void> {
    const { handle, runtime, modules } = this;
    for (const instance of instancesOf(modules)) bindHandle(instance, handle);
    for (const { policy, into } of injectedPolicies(modules))
      runtime.expect(policy, `@InjectPolicy of ${into}`);
    const classes = this.classes();
    const listeners = findListeners(modules);
    runtime.boot([
      () => runtime.names.learn(classes),
      () => checkMethods(handle, runtime, classes),
      () => checkHandlers(runtime, classes),
      () => checkNames(handle),
      () => checkListeners(runtime, listeners),
      () => bridgeEvents(runtime, modules),
    ]);
    subscribeListeners(runtime, this.logger, listeners);
    this.providePolicies(runtime.policies.names);
    announceBoot(runtime, this.logger, classes);
    for (const line of unknownBreakers(runtime, listeners)) this.logger.warn(line);
    this.giveAdvice(classes);
    this.watch.start(findConfig(this.moduleRef));
    applicationStarted(runtime);
    await takeUpState(runtime, this.logger);
  }

  /** Takes up changed sources; what is wrong changes nothing and is told to the listeners, too. */
  reload(): void {
    const { engine } = this.runtime;
    const common = { policy: '', operation: '', at: engine.clock.epoch(), callId: '' };
    let policies: readonly string[];
    try {
      policies = this.runtime.reload();
    } catch (error) {
      engine.events.emit({ ...common, type: 'configReloadFailed', error });
      throw error;
    }
    engine.events.emit({ ...common, type: 'configReloaded', policies });
  }

  /** Ends every wait; calls that run get their time to finish, then their signals abort. */
  async beforeApplicationShutdown(): Promise<void> {
    const { engine, settings } = this.runtime;
    if (engine.isStopped) return;
    engine.drain();
    if (engine.abortables.size === 0) return;
    const timeUp = new Promise<void>((expire) => {
      const timer = engine.clock.setTimer({ expire }, settings.shutdownGraceMs);
      void engine.whenNothingRuns().then(() => {
        engine.clock.clearTimer(timer);
        expire();
      });
    });
    await timeUp;
    engine.abortRunning();
  }

  /** Refuses calls, writes the state a last time, and lets everything go. */
  async onApplicationShutdown(): Promise<void> {
    const { engine } = this.runtime;
    this.watch.stop();
    engine.stop();
    await engine.keeper?.close();
    this.logger.close();
    endLiveStreams(engine);
    this.ended.next();
    applicationEnded(this.runtime);
    this.runtime.stop();
  }

  private giveAdvice(classes: readonly ProvidedClass[]): void {
    if (!this.runtime.policies.enabled) return;
    const types = classes.map(({ type }) => type);
    for (const line of advise(this.handle, types)) this.logger.warn(line);
  }

  private followChange(): void {
    try {
      this.reload();
    } catch {
      // It was told already, as an event and a log line; nobody has called who could be told more.
    }
  }

  private providePolicies(names: readonly string[]): void {
    providePolicies(this.modules, names, (name) => new NamedPolicy(() => this.runtime, name));
  }

  private classes(): ProvidedClass[] {
    return providedClasses(this.modules, this.runtime.settings.routes.length > 0);
  }
}
