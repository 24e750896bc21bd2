import ts from 'typescript';

/** Runs a TypeScript source of a document as a module; `modules` are what it imports. Gives what it exports. */
export function runCode(code: string, modules: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  const exports: Record<string, unknown> = {};
  const load = (name: string): unknown => {
    if (name in modules) return modules[name];
    throw new Error(`the document imports '${name}', which its test does not provide`);
  };
  // oxlint-disable-next-line typescript/no-implied-eval -- a module of jest's own realm, for its Reflect holds the metadata
  new Function('exports', 'require', outputText)(exports, load);
  return exports;
}
