import 'reflect-metadata';
import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { isResilienceError } from '../../lib/core/errors/is-resilience-error.js';
import { ResilienceService } from '../../lib/nest/resilience.service.js';
import { LogLines } from './decorated-app.js';

export interface BootedApp {
  readonly app: INestApplicationContext;
  readonly logs: LogLines;
  readonly service: ResilienceService;
}

export type Build = (builder: TestingModuleBuilder) => TestingModuleBuilder;

const open = new Set<INestApplicationContext>();

/** Boots a root module of these parts with all hooks; closed after the test. */
export async function boot(
  metadata: ModuleMetadata,
  build: Build = (builder) => builder,
): Promise<BootedApp> {
  const logs = new LogLines();
  const app = await build(Test.createTestingModule(metadata).setLogger(logs)).compile();
  await app.init();
  open.add(app);
  return { app, logs, service: app.get(ResilienceService) };
}

/** Ends what `boot` began; for `afterEach`. */
export async function closeBooted(): Promise<void> {
  for (const app of open) await app.close();
  open.clear();
  Logger.overrideLogger(false);
}

/** Every problem that stops the boot of such an application; none where it starts. */
export async function issuesOfBoot(metadata: ModuleMetadata, build?: Build): Promise<readonly string[]> {
  try {
    await boot(metadata, build);
    return [];
  } catch (error) {
    if (isResilienceError(error, 'CONFIG_INVALID')) return error.issues;
    throw error;
  }
}

/** Runs with these variables in the environment, and takes them out again. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string>>,
  run: () => Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
