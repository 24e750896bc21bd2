import { knownVariables, unknownVariables } from '../../config/environment.js';
import { classLines } from './class-lines.js';
import type { ResilienceLogger } from '../logging/resilience.logger.js';
import type { ProvidedClass } from '../runtime/class-names.js';
import type { Resolution } from '../runtime/policy-sources.js';
import type { ResilienceRuntime } from '../runtime/resilience.runtime.js';
import { handlerNames, unboundMethods } from './check-handlers.js';

/** Says at boot what is in force: one line, and one more for each thing that somebody may not have meant. */
export function announceBoot(
  runtime: ResilienceRuntime,
  logger: ResilienceLogger,
  classes: readonly ProvidedClass[],
): void {
  const { policies, operations, settings } = runtime;
  if (!policies.enabled) {
    logger.warn('switched off: every call runs without protection');
    return;
  }
  for (const note of policies.current.notes) logger.log(note);
  for (const warning of variableWarnings(policies.current)) logger.warn(warning);
  for (const name of unboundMethods(runtime, classes)) {
    logger.warn(`${name}: @UsePolicy protects handlers only, and this method is none; use @Resilient`);
  }
  const selectable = settings.routes.length > 0 ? handlerNames(runtime, classes) : [];
  for (const name of policies.operations) {
    if (!operations.includes(name) && !selectable.includes(name)) {
      logger.warn(
        `operations["${name}"] matches no protected method; it counts for calls that give that name themselves`,
      );
    }
  }
  logger.log(
    `${count(policies.names.length, 'policy', 'policies')}, ${count(operations.length, 'protected method', 'protected methods')}; ` +
      `read from ${policies.current.sources.join(', ') || 'no source'}`,
  );
  if (operations.length > 0) logger.debug(`protected: ${operations.join(', ')}`);
  for (const line of classLines(runtime.names)) logger.debug(line);
}

/** What somebody has set in the environment for nothing. */
function variableWarnings({ names, variables, withConfig }: Resolution): readonly string[] {
  const unknown = unknownVariables(names, process.env);
  const warnings = unknown.map(
    ({ variable, nearest }) =>
      `the environment variable ${variable} matches no option; the nearest is ${nearest}`,
  );
  const unread = knownVariables(names, process.env).filter((variable) => !variables.has(variable));
  const remedy = withConfig
    ? 'not read, for ConfigService does not give them; see its option skipProcessEnv'
    : 'not read without ConfigModule of @nestjs/config; import it, or unset them';
  return unread.length === 0 ? warnings : [...warnings, `${unread.join(', ')}: ${remedy}`];
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
