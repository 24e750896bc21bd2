import 'reflect-metadata';
import type { INestApplicationContext, LoggerService, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { ResilienceError } from '../../lib/core/errors/resilience-error.js';
import type { ResilienceEvent } from '../../lib/core/events/event-types.js';
import { ResilienceModule } from '../../lib/nest/resilience.module.js';
import type { ResilienceModuleOptions } from '../../lib/nest/resilience-options.interface.js';
import { ResilienceService } from '../../lib/nest/resilience.service.js';
import type { VirtualClock } from '../../lib/testing/virtual-clock.js';
import { eventsOnDemand } from './service-events.js';
import { virtualClock } from './virtual-policy.js';

/** One line that somebody logged. */
export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  readonly context: string;
}

/** Keeps what is logged instead of writing it. */
export class LogLines implements LoggerService {
  readonly lines: LoggedLine[] = [];
  readonly log = this.at('log');
  readonly error = this.at('error');
  readonly warn = this.at('warn');
  readonly debug = this.at('debug');
  readonly verbose = this.at('verbose');
  readonly fatal = this.at('fatal');

  /** The messages of one level that this library logged. */
  of(level: string): string[] {
    return this.lines
      .filter((line) => line.context === 'Resilience' && line.level === level)
      .map(({ message }) => message);
  }

  private at(level: string) {
    return (message: unknown, ...rest: unknown[]): void => {
      this.lines.push({ level, message: String(message), context: String(rest.at(-1)) });
    };
  }
}

export interface DecoratedApp {
  readonly app: INestApplicationContext;
  readonly clock: VirtualClock;
  readonly logs: LogLines;
  /** Those from the first look on. */
  readonly events: readonly ResilienceEvent[];
  readonly service: ResilienceService;
  get<T>(type: Type<T> | string | symbol): T;
}

/** What makes up the application, beside the module itself. */
export interface AppParts extends Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'> {
  readonly options?: ResilienceModuleOptions;
  /** Changes the testing module before it is compiled. */
  readonly build?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

const open = new Set<INestApplicationContext>();

/** An application with the module, in virtual time; closed after the test. */
export async function startApp(parts: AppParts | Provider[] = {}): Promise<DecoratedApp> {
  const { options = {}, imports = [], build = (builder) => builder, ...metadata } = asParts(parts);
  const clock = virtualClock();
  const logs = new LogLines();
  const root = ResilienceModule.forRoot({ clock, random: () => 0.5, ...options });
  const builder = Test.createTestingModule({ imports: [root, ...imports], ...metadata }).setLogger(logs);
  const app = await build(builder).compile();
  await app.init();
  // Under Nest 11, close() of an application that could not boot fails with the error of its boot.
  open.add(app);
  const service = app.get(ResilienceService);
  const events = eventsOnDemand(service);
  return {
    app,
    clock,
    logs,
    service,
    get events() {
      return events();
    },
    get: (type) => app.get(type, { strict: false }),
  };
}

/** Ends what `startApp` began; for `afterEach`. */
export async function closeApps(): Promise<void> {
  for (const app of open) await app.close();
  open.clear();
  Logger.overrideLogger(false);
}

/** Every problem that stops the boot of an application with these parts. */
export async function bootIssues(parts: AppParts | Provider[]): Promise<readonly string[]> {
  try {
    await startApp(parts);
  } catch (error) {
    if (error instanceof ResilienceError && 'issues' in error) return error.issues as readonly string[];
    throw error;
  }
  return [];
}

function asParts(parts: AppParts | Provider[]): AppParts {
  return Array.isArray(parts) ? { providers: parts } : parts;
}
