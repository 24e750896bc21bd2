import { classDefinition } from '../method/method-registry.js';
import type { InstanceTarget } from './decorator-types.js';

/** Exempts a method from what decorators on its class say; its own decorators stay. @public */
export function SkipResilience() {
  return (target: InstanceTarget, key: string | symbol): void => {
    classDefinition(target).skipped.add(key);
  };
}
