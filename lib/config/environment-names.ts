import { optionPaths } from '../core/options/option-paths.js';
import { isRemovable, type Shape } from '../core/options/shape.js';
import { policyShape } from '../core/policy-options.js';

/** What every variable of this library begins with. */
export const environmentPrefix = 'RESILIENCE_';

/** Switches every policy off, or on, whatever `enabled` in code says. */
export const enabledVariable = 'RESILIENCE_ENABLED';

/** One option of one policy that a variable can give. */
export interface EnvironmentOption {
  readonly variable: string;
  readonly policy: string;
  readonly keys: readonly string[];
  readonly shape: Shape<unknown>;
}

const options = optionPaths(policyShape).filter(({ shape }) => {
  return shape.parse !== undefined || (shape.node !== undefined && isRemovable(shape));
});

/**
 * The variable of an option: `RESILIENCE_NETWORK_RETRY_MAX_ATTEMPTS` for `retry.maxAttempts` of `network`.
 *
 * Every camel hump and everything that is neither a letter from A to Z nor a digit becomes `_`.
 */
export function environmentName(policy: string, path: string): string {
  return `${environmentPrefix}${inCapitals(policy)}_${inCapitals(path)}`;
}

/** Every variable that is read for the given policies; objects before what is in them. */
export function environmentOptions(policies: readonly string[]): readonly EnvironmentOption[] {
  return policies.flatMap((policy) =>
    options.map(({ keys, shape }) => ({
      variable: environmentName(policy, keys.join('.')),
      policy,
      keys,
      shape,
    })),
  );
}

function inCapitals(name: string): string {
  const humps = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_');
  return humps.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase();
}
