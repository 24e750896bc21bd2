import { Logger } from '@nestjs/common';
import { BareContext } from '../../core/attempt-context.js';
import { LOG_CONTEXT } from '../resilience.constants.js';
import { makerOf } from './inject-handle.js';
import { declaredName, type MethodDefinition } from './method-definition.js';
import { withAttempt } from './with-attempt.js';
import { writtenName } from './written-name.js';

/** Classes of which it was said: by application, and of those made with `new`. */
const saidOfNest = new WeakMap<object, WeakSet<object>>();
const saidOfNew = new WeakSet<object>();

/** Runs the method as it is, for an instance that no application of ours knows, and says so once per class and application. */
export function runUnprotected(definition: MethodDefinition, instance: unknown, args: unknown[]): unknown {
  if (typeof instance === 'object' && instance !== null) sayOnce(instance, definition.prototype.constructor);
  return definition.original.apply(
    instance,
    withAttempt(definition.attemptIndex, args, () => new BareContext('', declaredName(definition))),
  );
}

function sayOnce(instance: object, declaring: Function): void {
  const type: unknown = instance.constructor;
  const maker = makerOf(instance);
  const said = maker === undefined ? saidOfNew : saidIn(maker);
  const key = typeof type === 'function' ? type : declaring;
  const name = writtenName(key);
  if (said.has(key)) return;
  said.add(key);
  const logger = new Logger(LOG_CONTEXT);
  if (maker !== undefined) {
    logger.error(
      `${name} is decorated for resilience, but its methods run unprotected: add ResilienceModule.forRoot() to the ` +
        'imports of your root module',
    );
  } else {
    logger.debug(
      `${name}: a method ran unprotected, on an instance that was made with \`new\` or before Nest had made it`,
    );
  }
}

function saidIn(application: object): WeakSet<object> {
  let said = saidOfNest.get(application);
  if (said === undefined) saidOfNest.set(application, (said = new WeakSet()));
  return said;
}
