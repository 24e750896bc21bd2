/** What is protected, with the names that its state may go by. */
export interface Operation {
  /** `ClassName.method` unless it was named otherwise. */
  readonly name: string;
  /** The class, for state of scope `service`. */
  readonly service: string;
}

/** An operation known by its name alone; its service is the part before the last dot. */
export function operationNamed(name: string): Operation {
  const dot = name.lastIndexOf('.');
  return { name, service: dot > 0 ? name.slice(0, dot) : name };
}
