import type { FallbackOptions } from '../../core/fallback/fallback-options.js';
import type { RateLimiterOptions } from '../../core/rate-limiter/rate-limiter-options.js';
import type { PolicyOptions } from '../../core/policy-options.js';
import { DEFAULT_POLICY, INLINE_POLICY } from '../resilience.constants.js';
import { ownDefinition } from './method-registry.js';
import type { DecoratedStrategy, MethodDefinition, Saying } from './method-definition.js';

/** Options that go over a policy, and who gives them. */
export interface DecoratorLayer {
  /** As `explain` and errors call it: `@Retryable`. */
  readonly decorator: string;
  /** Options in the users' form. */
  readonly options: PolicyOptions;
}

/** What all decorators of a method and of its class come to. */
export interface EffectiveOptions {
  readonly policy: string;
  /** Who named the policy, for messages; `undefined` where nobody did. */
  readonly namedBy: string | undefined;
  readonly needsRetry: boolean;
  /** The layers over the policy, weakest first. */
  readonly layers: readonly DecoratorLayer[];
  /** Two decorators that cannot both be meant, as a sentence. */
  readonly conflict: string | undefined;
}

/** A method's own decorators win over its class's option by option; another policy name replaces the class's policy. */
export function effectiveOptions(definition: MethodDefinition): EffectiveOptions {
  const own = definition.sayings;
  const inherited = classSayings(definition);
  const classPolicy = policyNameOf(inherited);
  const isReplaced =
    classPolicy !== undefined && named(own) !== undefined && named(own)?.policy !== classPolicy;
  const ofPolicy = isReplaced ? own : [...inherited, ...own];
  const naming = named(own) ?? named(inherited);
  const needsRetry = ofPolicy.some((saying) => saying.needsRetry);
  const policy = naming?.policy ?? (needsRetry ? DEFAULT_POLICY : INLINE_POLICY);
  return {
    policy,
    namedBy: naming?.decorator,
    needsRetry,
    layers: [
      ...replacements([...inherited, ...own]),
      ...(policy === INLINE_POLICY ? limitOfItsOwn([...inherited, ...own]) : []),
      ...(isReplaced ? [] : overridesOf(inherited)),
      ...strategiesOf(inherited),
      ...overridesOf(own),
      ...strategiesOf(own),
    ],
    conflict: conflictOf(own) ?? conflictOf(inherited),
  };
}

/** The name that a decorator gives the operation. */
export function operationNameOf({ sayings }: MethodDefinition): string | undefined {
  return sayings.findLast(({ operation }) => operation !== undefined)?.operation;
}

/** What decorators on the class say of this method. */
export function classSayings({ prototype, key }: MethodDefinition): readonly Saying[] {
  return ownDefinition(prototype)?.sayings.filter(({ keys }) => keys.has(key)) ?? [];
}

function named(sayings: readonly Saying[]): Saying | undefined {
  return sayings.find(({ policy }) => policy !== undefined);
}

/** The policy that decorators mean together, `@Retryable()` without a name included. */
function policyNameOf(sayings: readonly Saying[]): string | undefined {
  return (
    named(sayings)?.policy ?? (sayings.some(({ needsRetry }) => needsRetry) ? DEFAULT_POLICY : undefined)
  );
}

function conflictOf(sayings: readonly Saying[]): string | undefined {
  const first = named(sayings);
  const other = sayings.find(({ policy }) => policy !== undefined && policy !== first?.policy);
  return first && other
    ? `${first.decorator} names the policy "${first.policy}", ${other.decorator} names "${other.policy}"; one method has one policy`
    : undefined;
}

function overridesOf(sayings: readonly Saying[]): readonly DecoratorLayer[] {
  return sayings.filter(({ strategy, options }) => strategy === undefined && Object.keys(options).length > 0);
}

function strategiesOf(sayings: readonly Saying[]): readonly DecoratorLayer[] {
  const given = sayings.filter(({ strategy }) => strategy !== undefined);
  const fallbacks = given.filter(({ strategy }) => strategy === 'fallback');
  const others = given.filter(({ strategy }) => strategy !== 'fallback');
  return fallbacks.length > 1 ? [...others, oneFallback(fallbacks)] : given;
}

/** Several fallbacks on one method are tried as they are read, from the top. */
function oneFallback(fallbacks: readonly Saying[]): DecoratorLayer {
  const options = fallbacks.map((saying) => saying.options.fallback as FallbackOptions);
  return {
    decorator: [...new Set(fallbacks.map(({ decorator }) => decorator))].join(' and '),
    options: {
      fallback: {
        ...(Object.assign({}, ...options) as FallbackOptions),
        handlers: options.toReversed().flatMap(({ handlers }) => handlers),
      },
    },
  };
}

/** What the policy itself says of a strategy goes where a decorator gives one; what decorators say adds up. */
function replacements(sayings: readonly Saying[]): readonly DecoratorLayer[] {
  const first = new Map<DecoratedStrategy, string>();
  for (const { strategy, decorator } of sayings) {
    if (strategy !== undefined && !first.has(strategy)) first.set(strategy, decorator);
  }
  return [...first].map(([strategy, decorator]) => ({ decorator, options: { [strategy]: false } }));
}

/**
 * By default all operations of a policy share its rate limit. Methods without a policy have nothing in common: each has
 * a limit of its own.
 */
function limitOfItsOwn(sayings: readonly Saying[]): readonly DecoratorLayer[] {
  const limits = sayings.filter(({ strategy }) => strategy === 'rateLimiter');
  const [first] = limits;
  const isNamed = limits.some(({ options }) => options.rateLimiter && options.rateLimiter.name);
  if (first === undefined || isNamed) return [];
  const rateLimiter = { scope: 'operation' } as RateLimiterOptions;
  return [{ decorator: first.decorator, options: { rateLimiter } }];
}
