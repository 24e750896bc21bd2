import type { ExecutionContext } from '@nestjs/common';

/** What Nest hands to interceptors: of a transport, for a method of a class, with the arguments of that transport. */
export function executionContext(
  type: string,
  [target, key]: readonly [target: Function, key: string],
  args: readonly unknown[],
): ExecutionContext {
  const prototype = target.prototype as Record<string, Function>;
  const http = { getRequest: () => args[0], getResponse: () => args[1], getNext: () => args[2] };
  const found: { [K in keyof ExecutionContext]?: unknown } = {
    getType: () => type,
    getClass: () => target,
    getHandler: () => prototype[key],
    getArgs: () => args,
    getArgByIndex: (index: number) => args[index],
    switchToHttp: () => http,
  };
  return found as ExecutionContext;
}
