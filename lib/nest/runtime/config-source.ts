import type { ModuleRef } from '@nestjs/core';
import { ConfigService } from '@nestjs/config';
import { isObservable, type Observable } from 'rxjs';
import { enabledVariable } from '../../config/environment-names.js';

/** What the application's configuration says, asked afresh each time. */
export interface ConfigSource {
  /** Whether a `ConfigService` was found. */
  readonly found: boolean;
  /** The value under `configKey`, or of a variable. */
  read(key: string): unknown;
  /** Tells the path of each value that is set while the application runs, until it is told to stop. */
  onChange?(listener: (path: string) => void): () => void;
}

/** Without a `ConfigService` nothing is read but the switch that turns everything off. */
export const noConfig: ConfigSource = { found: false, read: readSwitch };

/** It must work everywhere, whatever the application keeps from its `ConfigService`. */
function readSwitch(key: string): unknown {
  return key === enabledVariable ? process.env[enabledVariable] : undefined;
}

/**
 * Finds the application's `ConfigService`, wherever `ConfigModule` was imported. Asked when first needed, never while
 * providers are being made, so that asynchronous namespaces and the order of imports play no part.
 */
export function findConfig(moduleRef: ModuleRef): ConfigSource {
  const service = findService(moduleRef);
  return service === undefined || service === null
    ? noConfig
    : {
        found: true,
        read: (key) => readFrom(service, key),
        onChange: (listener) => listenTo(service, listener),
      };
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
  return value === undefined || typeof value === 'function' ? readSwitch(key) : value;
}

/** What a test puts in place of the service may have no changes to tell. */
function listenTo(service: Partial<ConfigService>, listener: (path: string) => void): () => void {
  const changes: unknown = service.changes$;
  if (!isObservable(changes)) return () => undefined;
  const subscription = (changes as Observable<{ readonly path: unknown }>).subscribe({
    next: ({ path }) => listener(String(path)),
    error: () => undefined, // nobody is told any more; without this, rxjs would end the process
  });
  return () => subscription.unsubscribe();
}
