import { operationNameOf } from '../method/effective-options.js';
import type { MethodDefinition } from '../method/method-definition.js';
import { allMethods } from '../method/method-registry.js';
import { isMixin, writtenName } from '../method/written-name.js';
import type { Operation } from '../../core/state/operation.js';

/** A class with protected methods, and a module that provides it. */
export interface ProvidedClass {
  readonly type: Function;
  readonly module: string;
}

/**
 * The names by which classes go in operations: two classes of one name are both shown as `Module/Class`, so that they
 * never share state. Mixins go by the name that they were written with, the second of it as `Name#2`.
 */
export class ClassNames {
  private names = new Map<Function, string>();
  private readonly provisional = new Map<string, Function[]>();

  /** Takes in every class of the application. */
  learn(classes: readonly ProvidedClass[]): void {
    const mixins = classes.filter(({ type }) => isMixin(type));
    const others = classes.filter(({ type }) => !isMixin(type));
    const names = new Map<Function, string>();
    for (const [name, group] of groupBy(others, ({ type }) => writtenName(type))) {
      const unique = new Set(group.map(({ type }) => type)).size === 1;
      for (const one of group)
        if (!names.has(one.type)) names.set(one.type, unique ? name : `${one.module}/${name}`);
    }
    for (const type of new Set(mixins.map((one) => one.type))) names.set(type, freeName(names, type));
    this.names = names;
  }

  /** Every class of the application that was learnt. */
  get classes(): Iterable<Function> {
    return this.names.keys();
  }

  /** Classes that even module and class together do not tell apart, by the name they share. */
  get doubles(): ReadonlyMap<string, readonly Function[]> {
    const groups = groupBy([...this.names], ([, shown]) => shown);
    const doubles = [...groups].filter(([, group]) => group.length > 1);
    return new Map(doubles.map(([name, group]) => [name, group.map(([type]) => type)]));
  }

  /** The class's name; before the application is known, a second class of a name gets a number. */
  nameOf(type: Function): string {
    const known = this.names.get(type);
    if (known !== undefined) return known;
    const name = writtenName(type);
    const sameName = this.provisional.get(name) ?? [];
    this.provisional.set(name, sameName);
    if (!sameName.includes(type)) sameName.push(type);
    const place = sameName.indexOf(type);
    return place === 0 && !this.isTaken(name) ? name : `${name}#${place + 1}`;
  }

  /**
   * The operation of a method on instances of a class. A method that a protected override reaches through `super` goes by
   * the name of the class that declares it.
   */
  operationOf(definition: MethodDefinition, type: Function): Operation {
    const given = operationNameOf(definition);
    if (given !== undefined) return { name: given, service: this.nameOf(type) };
    return { name: this.placeOf(definition, type), service: this.namesake(definition, type) };
  }

  /** `PaymentsService.charge`, by whatever name its operation goes: where somebody finds the method. */
  placeOf(definition: MethodDefinition, type: Function): string {
    return `${this.namesake(definition, type)}.${String(definition.key)}`;
  }

  private namesake(definition: MethodDefinition, type: Function): string {
    return this.nameOf(isFirst(definition, type) ? type : definition.prototype.constructor);
  }

  private isTaken(name: string): boolean {
    for (const taken of this.names.values()) if (taken === name) return true;
    return false;
  }
}

/** Whether a call on an instance of the class comes to this definition before any other of its name. */
function isFirst(definition: MethodDefinition, type: Function): boolean {
  return allMethods(type.prototype as object).find(({ key }) => key === definition.key) === definition;
}

/** Mixins of one function are told apart by their order, which is that of the modules that provide them. */
function freeName(names: ReadonlyMap<Function, string>, type: Function): string {
  const taken = new Set(names.values());
  const name = writtenName(type);
  let shown = name;
  for (let number = 2; taken.has(shown); number++) shown = `${name}#${number}`;
  return shown;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
