import type { Emitter } from '../../core/events/emitter.js';
import type { DiagnosticEvent, ResilienceEvent } from '../../core/events/event-types.js';
import type { LoggingKey, LogLevel } from '../../core/logging-options.js';
import { printable } from '../../core/printable.js';
import type { MadePolicy } from '../runtime/policy-registry.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import { fullError } from './describe-error.js';
import { adminLine, eventOfKey, lineOf, LONGEST_LINE, type LoggedEvent } from './event-line.js';
import { LineLimiter, type HeldBack } from './line-limiter.js';
import { LineWriter } from './line-writer.js';
import { PolicyVoices, sameLogging, silentKeys } from './policy-voices.js';
import { loggingKeys, moduleLevels, moduleMaxPerSecond, type Voice } from './voice.js';

/**
 * Writes what happens to Nest's logger, or to the one that the options give.
 *
 * It listens to those events alone that somebody wants lines of: to all policies where the module does, else to the
 * single policies that do, so that nobody pays for the lines of others.
 */
export class ResilienceLogger {
  private readonly writer: LineWriter;
  private readonly module: Voice;
  private readonly voices: PolicyVoices;
  /** What unsubscribes: the listeners to all policies, and those to single ones by policy and key. */
  private readonly everywhere: (() => void)[] = [];
  private readonly single = new Map<string, Map<LoggingKey, () => void>>();
  /** Circuit events that a policy's listener has told; a shared breaker brings them to each of its policies. */
  private readonly told = new WeakSet<ResilienceEvent>();

  constructor(private readonly runtime: ResilienceRuntime) {
    const { logger, logging } = runtime.settings;
    this.writer = new LineWriter(logger);
    this.module = { levels: moduleLevels(logging), limiter: this.limiter(moduleMaxPerSecond(logging)) };
    this.voices = new PolicyVoices(this.module, (maxPerSecond) => this.limiter(maxPerSecond));
    if (logger !== false) this.listen();
  }

  warn(line: string): void {
    this.write('warn', line);
  }

  log(line: string): void {
    this.write('log', line);
  }

  debug(line: string): void {
    this.write('debug', line);
  }

  /** Ends listening; what is held back is reported now, and no timer stays. */
  close(): void {
    for (const off of this.everywhere.splice(0)) off();
    for (const offs of this.single.values()) for (const off of offs.values()) off();
    this.single.clear();
    this.runtime.policies.onMade = undefined;
    this.voices.close();
    this.module.limiter.close();
  }

  private listen(): void {
    const { engine, policies, settings } = this.runtime;
    for (const key of loggingKeys) {
      if (this.module.levels[key] !== false)
        this.everywhere.push(this.subscribe(engine.events, key, (event) => this.say(key, event)));
    }
    if (settings.logging !== false) this.listenToOperators();
    policies.onMade = (made) => this.learn(made);
  }

  /** What people do to the application while it runs is told however few lines somebody wants. */
  private listenToOperators(): void {
    const { events } = this.runtime.engine;
    this.everywhere.push(
      events.on('configReloaded', (event) =>
        this.writer.writeEvent('log', event, `reloaded the options of ${event.policies.length} policies`),
      ),
      events.on('configReloadFailed', (event) => {
        const line = `options were not reloaded, those in force stay: ${fullError(event.error)}`;
        this.writer.writeEvent('error', event, printable(line, LONGEST_LINE));
      }),
      events.on('adminAction', (event) => this.writer.writeEvent('warn', event, adminLine(event))),
    );
  }

  /** A policy, or an operation under it, may speak otherwise than the module. */
  private learn({ settings, operation }: MadePolicy): void {
    const { policies } = this.runtime;
    const { name, logging } = settings;
    const named = policies.has(name) ? policies.resolved(name).settings.logging : undefined;
    this.voices.setPolicy(name, named);
    if (operation !== undefined)
      this.voices.setOperation(name, operation, sameLogging(logging, named) ? undefined : logging);
    this.listenTo(name);
  }

  /** Listens to one policy for what the module is silent about and the policy is not. */
  private listenTo(policy: string): void {
    const offs = this.single.get(policy) ?? new Map<LoggingKey, () => void>();
    for (const key of silentKeys(this.module)) {
      const wanted = this.voices.wants(policy, key);
      if (wanted === offs.has(key)) continue;
      if (wanted) offs.set(key, this.listenToOne(policy, key));
      else {
        offs.get(key)?.();
        offs.delete(key);
      }
    }
    if (offs.size > 0) this.single.set(policy, offs);
    else this.single.delete(policy);
  }

  private listenToOne(policy: string, key: LoggingKey): () => void {
    return this.subscribe(this.runtime.policies.emitterOf(policy), key, (event) => {
      // The breaker's policies hear of it whichever of them had the call.
      if ('breaker' in event && event.type !== 'callRejected') {
        if (this.told.has(event)) return;
        this.told.add(event);
      }
      this.say(key, event, policy);
    });
  }

  private subscribe(emitter: Emitter, key: LoggingKey, tell: (event: LoggedEvent) => void): () => void {
    return emitter.on(eventOfKey[key], tell);
  }

  private say(key: LoggingKey, event: LoggedEvent, policy: string = event.policy): void {
    const { levels, limiter } = this.voices.of(policy, event.operation);
    const level = levels[key];
    if (level === false || !limiter.admit(key, level)) return;
    this.writer.writeEvent(level, event, lineOf(event));
  }

  private limiter(maxPerSecond: number): LineLimiter {
    return new LineLimiter(this.runtime.engine.clock, maxPerSecond, (held) => this.sayHeldBack(held));
  }

  private sayHeldBack({ count, level, sorts }: HeldBack): void {
    const message = `and ${count} more: ${[...sorts].map(([key, each]) => `${each} ${key}`).join(', ')}`;
    const at = this.runtime.engine.clock.epoch();
    const nobody = { policy: '', operation: '', callId: '', at };
    const event: DiagnosticEvent = { ...nobody, type: 'diagnostic', source: 'logging', message };
    this.writer.writeEvent(level, event, message);
  }

  private write(level: LogLevel, line: string): void {
    this.writer.write(level, printable(line, LONGEST_LINE));
  }
}
