import type { LoggingSettings } from '../../../core/logging-options.js';
import type { PolicySettings } from '../../../core/policy-options.js';
import { handlerPoliciesOf } from '../../interceptor/handler-policies.js';
import { handlersOf } from '../../interceptor/handler-traits.js';
import { usedBy } from '../../interceptor/used-policy.js';
import { allMethods } from '../../method/method-registry.js';
import type { MethodDefinition } from '../../method/method-definition.js';
import type { ResilienceHandle } from '../../runtime/resilience.handle.js';
import { failureRatioAdvice } from './failure-ratio.js';
import { unrepeatableKind } from './handler-kind.js';
import {
  hiddenErrorsAdvice,
  retriedRequestAdvice,
  stackedRetriesAdvice,
  unretriedAdvice,
  type AdvisedHandler,
  type HandlerRule,
} from './handler-rules.js';
import { hedgeDelayAdvice } from './hedge-delay.js';
import type { PolicyRule } from './policy-rule.js';
import { queueTimeoutAdvice } from './queue-timeout.js';
import { resetTimeoutAdvice } from './reset-timeout.js';
import { totalTimeoutAdvice } from './total-timeout.js';
import { unhedgedHandlerAdvice, unhedgedMethodAdvice } from './unhedged.js';

const policyRules: readonly PolicyRule[] = [
  totalTimeoutAdvice,
  resetTimeoutAdvice,
  failureRatioAdvice,
  queueTimeoutAdvice,
  hedgeDelayAdvice,
];

const handlerRules: readonly HandlerRule[] = [
  hiddenErrorsAdvice,
  stackedRetriesAdvice,
  ({ settings }) => unhedgedHandlerAdvice(settings),
];

/** One line for each unsafe or useless composition of the application, after the boot. */
export function advise(handle: ResilienceHandle, types: readonly Function[]): readonly string[] {
  const advisor = new Advisor(handle);
  advisor.lookAtPolicies();
  for (const type of new Set(types)) {
    advisor.lookAtMethods(type);
    advisor.lookAtHandlers(type);
  }
  return [...advisor.lines];
}

class Advisor {
  readonly lines = new Set<string>();
  /** What was said of a policy is not said again of all that run under it. */
  private readonly ofPolicies = new Map<string, readonly string[]>();

  constructor(private readonly handle: ResilienceHandle) {}

  lookAtPolicies(): void {
    for (const [name, { settings }] of this.handle.runtime.policies.current.policies) {
      const found = settings.enabled ? adviceOn(policyRules, settings) : [];
      this.ofPolicies.set(name, found);
      this.say(`policy "${name}"`, found, settings);
    }
  }

  lookAtMethods(type: Function): void {
    const { names } = this.handle.runtime;
    for (const definition of allMethods(type.prototype as object)) {
      const settings = this.settingsOf(definition, type);
      if (settings === undefined) continue;
      const kind = unrepeatableKind(definition.wrapper);
      const found = [unhedgedMethodAdvice(settings), retriedRequestAdvice(settings, kind)];
      this.sayOfOperation(names.placeOf(definition, type), found, settings);
    }
  }

  lookAtHandlers(type: Function): void {
    const { runtime } = this.handle;
    const service = runtime.names.nameOf(type);
    const ofClass: AdvisedHandler[] = [];
    for (const [key, method] of handlersOf(type)) {
      const settings = handlerPoliciesOf(runtime).handlerOf(type, method).own?.pipeline.plan.settings;
      if (settings === undefined) continue;
      const handler = { settings, inner: this.innerOf(type, method), unrepeatable: unrepeatableKind(method) };
      const isOwn = usedBy(method) !== undefined;
      if (!isOwn) ofClass.push(handler);
      const found = handlerRules.map((rule) => rule(handler));
      this.sayOfOperation(
        `${service}.${key}`,
        [isOwn ? unretriedAdvice(handler) : undefined, ...found],
        settings,
      );
    }
    this.sayOfClass(service, ofClass);
  }

  /** A policy for a whole controller is for those of its handlers that are retried; useless if none is. */
  private sayOfClass(service: string, handlers: readonly AdvisedHandler[]): void {
    const [first] = handlers;
    if (first === undefined || !handlers.every((handler) => unretriedAdvice(handler) !== undefined)) return;
    this.say(service, [unretriedAdvice(first)], first.settings);
  }

  private sayOfOperation(
    name: string,
    found: readonly (string | undefined)[],
    settings: PolicySettings,
  ): void {
    const known = this.ofPolicies.get(settings.name) ?? [];
    const own = adviceOn(policyRules, settings).filter((line) => !known.includes(line));
    this.say(name, [...own, ...found], settings);
  }

  private say(name: string, found: readonly (string | undefined)[], { logging }: PolicySettings): void {
    const wanted = wantsAdvice(logging) ?? wantsAdvice(this.handle.runtime.settings.logging) ?? true;
    if (wanted) for (const line of found) if (line !== undefined) this.lines.add(`${name}: ${line}`);
  }

  private innerOf(type: Function, method: Function): PolicySettings | undefined {
    const definition = allMethods(type.prototype as object).find(({ wrapper }) => wrapper === method);
    return definition && this.settingsOf(definition, type);
  }

  private settingsOf(definition: MethodDefinition, type: Function): PolicySettings | undefined {
    return this.handle.bindingOf(definition, type).plan?.settings;
  }
}

function adviceOn(rules: readonly PolicyRule[], settings: PolicySettings): readonly string[] {
  return rules.flatMap((rule) => rule(settings) ?? []);
}

function wantsAdvice(logging: LoggingSettings | false | undefined): boolean | undefined {
  return logging === false ? false : logging?.advice;
}
