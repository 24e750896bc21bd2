import type { ModuleRef } from '@nestjs/core';
import { ConfigService } from '@nestjs/config';
import { enabledVariable } from '../../config/environment-names.js';

/** What the application's configuration says, asked afresh each time. */
export interface ConfigSource {
  /** Whether a `ConfigService` was found. */
  readonly found: boolean;
  /** The value under `configKey`, or of a variable. */
  read(key: string): unknown;
}

/** Without a `ConfigService` nothing is read but the switch that turns everything off: it must work everywhere. */
export const noConfig: ConfigSource = {
  found: false,
  read: (key) => (key === enabledVariable ? process.env[enabledVariable] : undefined),
};

/**
 * Finds the application's `ConfigService`, wherever `ConfigModule` was imported. Asked when first needed, never while
 * providers are being made, so that asynchronous namespaces and the order of imports play no part.
 */
export function findConfig(moduleRef: ModuleRef): ConfigSource {
  const service = findService(moduleRef);
  return service === undefined || service === null
    ? noConfig
    : { found: true, read: (key) => readFrom(service, key) };
}

/** `null` where `ConfigModule` is still being made. */
function findService(moduleRef: ModuleRef): ConfigService | null | undefined {
  try {
    return moduleRef.get(ConfigService, { strict: false });
  } catch {
    return undefined; // no ConfigModule in this application: options in code are all there is
  }
}

/** A function is what the mocks of a testing module answer to everything; no configuration is one. */
function readFrom(service: ConfigService, key: string): unknown {
  const value: unknown = service.get<unknown>(key);
  return typeof value === 'function' ? undefined : value;
}
