import type { ModulesContainer } from '@nestjs/core';
import { POLICY_TOKEN_PREFIX } from '../resilience.constants.js';

// Nest keeps these names in files that its exports map closes; an integration test notices if one of them changes.
const CONSTRUCTOR_TOKENS = 'self:paramtypes';
const PROPERTY_TOKENS = 'self:properties_metadata';

/** A policy that a provider of the application gets by its token. */
export interface InjectedPolicy {
  readonly policy: string;
  /** Name of the class, or token of the factory. */
  readonly into: string;
}

/** What classes and factories of the application inject; what others in the process do is their own affair. */
export function injectedPolicies(modules: ModulesContainer): readonly InjectedPolicy[] {
  const found: InjectedPolicy[] = [];
  for (const module of modules.values()) {
    for (const collection of [module.providers, module.controllers, module.injectables]) {
      for (const { metatype, inject, token } of collection.values()) {
        const into = typeof token === 'function' ? token.name : String(token);
        const tokens = inject ?? (typeof metatype === 'function' ? tokensOf(metatype) : []);
        found.push(...policiesOf(tokens).map((policy) => ({ policy, into })));
      }
    }
  }
  return found;
}

function tokensOf(type: Function): readonly unknown[] {
  const parameters = (Reflect.getMetadata(CONSTRUCTOR_TOKENS, type) ?? []) as { readonly param: unknown }[];
  const properties = (Reflect.getMetadata(PROPERTY_TOKENS, type) ?? []) as { readonly type: unknown }[];
  return [...parameters.map(({ param }) => param), ...properties.map(({ type: token }) => token)];
}

function policiesOf(tokens: readonly unknown[]): readonly string[] {
  return tokens
    .map((token) => (isOptional(token) ? token.token : token))
    .filter((token) => typeof token === 'string')
    .filter((token) => token.startsWith(POLICY_TOKEN_PREFIX))
    .map((token) => token.slice(POLICY_TOKEN_PREFIX.length));
}

function isOptional(token: unknown): token is { readonly token: unknown } {
  return typeof token === 'object' && token !== null && 'token' in token;
}
