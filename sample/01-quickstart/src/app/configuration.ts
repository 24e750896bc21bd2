import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = new URL('../../', import.meta.url);

export const envFile = fileURLToPath(new URL('.env', folder));

/** `policies.yaml`, as a source of Nest's ConfigModule. */
export function policiesFromYaml(): Record<string, unknown> {
  return parse(readFileSync(new URL('policies.yaml', folder), 'utf8')) as Record<string, unknown>;
}
