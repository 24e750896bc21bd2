// Symbol.for: the ESM and the CommonJS copy of the package, in one process, mean the same thing.

/** The module's options, as the user gave them. */
export const RESILIENCE_OPTIONS = Symbol.for('nestjs-holdfast.options');

/** The options as the module was given them; {@link RESILIENCE_OPTIONS} is made of them, and tests replace that. */
export const RESILIENCE_GIVEN_OPTIONS = Symbol.for('nestjs-holdfast.given-options');

/** The member of the options under which a test puts what is to win over every source. */
export const OVERRIDING = Symbol.for('nestjs-holdfast.overriding');

/** The application's handle; see {@link ResilienceHandle}. */
export const RESILIENCE_HANDLE = Symbol.for('nestjs-holdfast.handle');

/** The property under which an instance holds its application's handle. */
export const HANDLE_PROPERTY = Symbol.for('nestjs-holdfast.instance-handle');

/** The property by which an instance is known to have been made by Nest. */
export const MADE_BY_NEST_PROPERTY = Symbol.for('nestjs-holdfast.made-by-nest');

/** The property under which a class prototype lists its protected methods. */
export const METHODS_PROPERTY = Symbol.for('nestjs-holdfast.methods');

/** The property by which a fallback handler tells the name of the method that it calls. */
export const FALLBACK_METHOD = Symbol.for('nestjs-holdfast.fallback-method');

/** Prefix of policy tokens. */
export const POLICY_TOKEN_PREFIX = 'nestjs-holdfast.policy:';

/** Nest's metadata of what a route's policy is. */
export const USE_POLICY_METADATA = Symbol.for('nestjs-holdfast.use-policy');

/** Metadata of a method that listens to events. */
export const LISTENERS_METADATA = Symbol.for('nestjs-holdfast.listeners');

/** Name of the policy of a method that has strategy decorators but no named policy. */
export const INLINE_POLICY = 'inline';

/** The policy of `@Retryable()` without a name. */
export const DEFAULT_POLICY = 'default';

/** Context of the log lines. */
export const LOG_CONTEXT = 'Resilience';
