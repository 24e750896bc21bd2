import { Inject, Injectable, Optional, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { Breaker } from '../../core/circuit-breaker/breaker.js';
import { printable } from '../../core/printable.js';
import { LineWriter } from '../logging/line-writer.js';
import { RESILIENCE_HANDLE } from '../resilience.constants.js';
import { breakersInUse } from '../runtime/breakers-in-use.js';
import type { ResilienceHandle } from '../runtime/resilience.handle.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import { healthOf, isOpen, type BreakerHealth, type KeyedBreakerHealth } from './breaker-health.js';
import { chooseBreakers } from './choose-breakers.js';
import { resolveHealthOptions, type BreakersHealthOptions } from './health-options.js';
import { loadTerminus } from './load-terminus.js';

/** What a check tells beside its status. @public */
export interface BreakersHealth {
  /** Names of breakers of which a circuit is open or forced open. */
  readonly open: readonly string[];
  /** Each breaker by its name; absent with `details: false`. */
  readonly breakers?: Readonly<Record<string, BreakerHealth | KeyedBreakerHealth>>;
  /** Names in `critical` that match none of the breakers that the check looks at. */
  readonly unknown: readonly string[];
}

/** Terminus' result with what this indicator tells. @public */
export type BreakersHealthResult<Key extends string> = HealthIndicatorResult<Key> &
  Record<Key, BreakersHealth>;

/** What Terminus makes results with; `degraded` came with its version 12. */
interface Session {
  up(data: object): object;
  down(data: object): object;
  degraded?(data: object): object;
}

/**
 * Tells Terminus how the circuit breakers are.
 *
 * Meant for readiness, never for liveness: restarting an application does not mend what it depends on.
 *
 * @example
 * ```ts
 * this.health.check([() => this.breakers.check('circuitBreakers', { critical: ['Database'] })]);
 * ```
 * @public
 */
@Injectable()
export class ResilienceHealthIndicator implements OnModuleInit {
  private readonly warnedOf = new Set<string>();
  private found: Promise<HealthIndicatorService> | undefined;

  /** @internal */
  constructor(
    @Optional() @Inject(RESILIENCE_HANDLE) private readonly handle: ResilienceHandle | undefined,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  /** @throws Error that says what to install or to import, where something is missing. */
  async onModuleInit(): Promise<void> {
    this.requiredRuntime();
    await this.service();
  }

  /**
   * `down` while a critical breaker is open or forced open, never while it is half-open; otherwise `up`, or, where
   * Terminus knows that status, `degraded` while any breaker is open.
   *
   * @param key the name of the result
   * @throws ResilienceConfigError (`CONFIG_INVALID`) for options that are none, with everything that is wrong.
   */
  async check<const Key extends string = 'circuitBreakers'>(
    key: Key = 'circuitBreakers' as Key,
    options: BreakersHealthOptions = {},
  ): Promise<BreakersHealthResult<Key>> {
    const asked = resolveHealthOptions(options);
    const runtime = this.requiredRuntime();
    const session: Session = (await this.service()).check(key);
    const { breakers, critical, unknown } = chooseBreakers(breakersInUse(runtime), asked, (name) =>
      makesBreaker(runtime, name),
    );
    this.warnOf(unknown, runtime);
    const open = breakers.filter((breaker) => isOpen(breaker, 'any'));
    const { details = true } = asked;
    const data: BreakersHealth = {
      open: open.map(({ name }) => printable(name)),
      ...(details === false ? {} : { breakers: detailsOf(breakers, details === 'keys') }),
      unknown: unknown.map((name) => printable(name)),
    };
    const isDown = critical.some((breaker) => isOpen(breaker, 'all'));
    return resultOf(session, isDown, data) as BreakersHealthResult<Key>;
  }

  /** Said once for each name: the check is asked every few seconds. */
  private warnOf(unknown: readonly string[], { settings }: ResilienceRuntime): void {
    for (const name of unknown) {
      if (this.warnedOf.has(name)) continue;
      this.warnedOf.add(name);
      new LineWriter(settings.logger).write(
        'warn',
        `health: critical names "${printable(name)}", which is no circuit breaker and no policy with one`,
      );
    }
  }

  private requiredRuntime(): ResilienceRuntime {
    if (this.handle !== undefined) return this.handle.runtime;
    throw new Error(
      'ResilienceHealthIndicator needs ResilienceModule.forRoot() in the imports of the root module',
    );
  }

  private service(): Promise<HealthIndicatorService> {
    return (this.found ??= this.findService());
  }

  private async findService(): Promise<HealthIndicatorService> {
    const { HealthIndicatorService: token } = await loadTerminus();
    try {
      return this.moduleRef.get(token, { strict: false });
    } catch (cause) {
      throw new Error(
        'ResilienceHealthIndicator needs TerminusModule of @nestjs/terminus among the imports of the application',
        { cause },
      );
    }
  }
}

function makesBreaker({ policies }: ResilienceRuntime, name: string): boolean {
  return policies.has(name) && policies.resolved(name).settings.circuitBreaker !== undefined;
}

function resultOf(session: Session, isDown: boolean, data: BreakersHealth): object {
  if (isDown) return session.down(data);
  return data.open.length > 0 && session.degraded !== undefined ? session.degraded(data) : session.up(data);
}

function detailsOf(
  breakers: readonly Breaker[],
  withKeys: boolean,
): Record<string, BreakerHealth | KeyedBreakerHealth> {
  return Object.fromEntries(
    breakers.map((breaker) => [printable(breaker.name), healthOf(breaker, withKeys)]),
  );
}
