import { Inject, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { HANDLE_PROPERTY, MADE_BY_NEST_PROPERTY, RESILIENCE_HANDLE } from '../resilience.constants.js';
import { isHandle } from './handle-brand.js';

/** What instances hold, as far as giving it to them is concerned. */
export interface InjectedHandle {
  /** The application has ended: another one may take the instance over. */
  readonly isOver: boolean;
}

/** Instances that Nest made, and the modules of the application that each belongs to. */
const makers = new WeakMap<object, object>();
/** Handles of instances that take no property. */
const handlesOfFrozen = new WeakMap<object, unknown>();

/**
 * Lets Nest give every instance of the class, of any scope, the handle of its own application, by property injection:
 * nothing depends on the order of bootstrap, and two applications in one process stay apart.
 */
export function injectHandle(prototype: object): void {
  if (HANDLE_PROPERTY in prototype) return; // this class has it already, or inherits it
  inject(prototype, HANDLE_PROPERTY, RESILIENCE_HANDLE, {
    get(this: object) {
      return handlesOfFrozen.get(this);
    },
    set: receive,
  });
  inject(prototype, MADE_BY_NEST_PROPERTY, ModulesContainer, {
    get: () => undefined,
    set(this: object, modules: object) {
      makers.set(this, modules);
    },
  });
}

/** What stands for the application whose Nest made this instance, with or without the module; else `undefined`. */
export function makerOf(instance: object): object | undefined {
  return makers.get(instance);
}

/**
 * Gives an instance that a factory made, or that was given ready-made, the handle that injection could not give. Where
 * several applications are given one instance, it goes with the last of them; one that Nest made stays with its maker.
 */
export function bindHandle(instance: object, handle: InjectedHandle): void {
  const known = (instance as { [HANDLE_PROPERTY]?: InjectedHandle })[HANDLE_PROPERTY];
  if (known === undefined || known.isOver || !makers.has(instance)) setHandle(instance, handle);
}

function inject(
  prototype: object,
  key: symbol,
  token: symbol | typeof ModulesContainer,
  accessor: PropertyDescriptor,
): void {
  Inject(token)(prototype, key);
  Optional()(prototype, key);
  Object.defineProperty(prototype, key, { ...accessor, configurable: true });
}

/** A mock, which testing modules put in place of what is missing, is no handle. */
function receive(this: object, value: unknown): void {
  if (isHandle(value)) setHandle(this, value);
}

function setHandle(instance: object, value: unknown): void {
  if (Object.isExtensible(instance) || Object.hasOwn(instance, HANDLE_PROPERTY))
    Object.defineProperty(instance, HANDLE_PROPERTY, { value, configurable: true });
  else handlesOfFrozen.set(instance, value);
}
