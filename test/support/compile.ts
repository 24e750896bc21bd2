import { join, relative } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');
const virtualFolder = join(root, 'test/docs/virtual');

/** Where documents import the package from, as files of this repository. */
const entryPoints: Readonly<Record<string, string>> = {
  'nestjs-holdfast': 'lib/index.ts',
  'nestjs-holdfast/core': 'lib/core/index.ts',
  'nestjs-holdfast/terminus': 'lib/nest/health/index.ts',
  'nestjs-holdfast/prometheus': 'lib/metrics/prometheus/index.ts',
  'nestjs-holdfast/redis': 'lib/stores/redis/index.ts',
  'nestjs-holdfast/dashboard': 'lib/dashboard/index.ts',
  'nestjs-holdfast/opentelemetry': 'lib/metrics/opentelemetry/index.ts',
  'nestjs-holdfast/testing': 'lib/testing/index.ts',
};

/** Type-checks sources that exist only in memory, as a user's project would; the errors, one a line. */
export function typeErrors(sources: Readonly<Record<string, string>>): string[] {
  const files = new Map(Object.entries(sources).map(([name, text]) => [join(virtualFolder, name), text]));
  const program = ts.createProgram([...files.keys()], options(), hostOf(files));
  return [...files.keys()].flatMap((file) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map((found) => describe(found, file)),
  );
}

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: object };
  const { options: parsed } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const paths = Object.fromEntries(
    Object.entries(entryPoints).map(([name, file]) => [name, [join(root, file)]]),
  );
  return { ...parsed, noEmit: true, noUnusedLocals: false, paths };
}

function hostOf(files: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options());
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  return {
    ...host,
    directoryExists: (name) => name === virtualFolder || directoryExists?.call(host, name) === true,
    fileExists: (name) => files.has(name) || fileExists.call(host, name),
    readFile: (name) => files.get(name) ?? readFile.call(host, name),
    getSourceFile: (name, version, ...rest) => {
      const text = files.get(name);
      return text === undefined
        ? getSourceFile.call(host, name, version, ...rest)
        : ts.createSourceFile(name, text, version, true);
    },
  };
}

function describe({ messageText, start, file }: ts.Diagnostic, path: string): string {
  const line =
    file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
  return `${relative(root, path)}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
