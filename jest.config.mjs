import { filesWithCode } from './scripts/files-with-code.mjs';

const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
    module: { type: 'commonjs' },
  },
];

const relativeJs = { '^(\\.{1,2}/.*)\\.js$': '$1' };

// No test measures speed: this ends one that hangs. A machine ten times slower needs up to a minute for some.
const testTimeout = 300_000;

const base = {
  rootDir: '.',
  testTimeout,
  testEnvironment: 'node',
  // Minutes of real processes: `npm run test:faults`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/faults/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/compat/.*/package.json'],
  transform: { '^.+\\.ts$': swc, '^.+/node_modules/@nestjs/.+\\.js$': swc },
};

const nest11 = '<rootDir>/test/compat/nest11/node_modules';

export default {
  testTimeout,
  maxWorkers: '100%',
  coverageProvider: 'v8',
  coverageReporters: ['text', 'lcov', 'json-summary'],
  collectCoverageFrom: process.argv.includes('--coverage') ? filesWithCode(import.meta.dirname, 'lib') : [],
  coverageThreshold: { global: { lines: 98, branches: 98 } },
  projects: [
    {
      ...base,
      displayName: 'nest12',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      moduleNameMapper: relativeJs,
      // NestJS 12 is ESM only; jest on Node < 24.9 cannot require(esm): compile those packages to CommonJS.
      transformIgnorePatterns: ['/node_modules/(?!@nestjs/)'],
    },
    {
      ...base,
      displayName: 'nest11',
      // What never touches Nest behaves the same under both: the engine's tests run once, under nest12.
      testMatch: ['integration', 'issues', 'unit/nest', 'unit/metrics', 'unit/testing'].map(
        (folder) => `<rootDir>/test/${folder}/**/*.spec.ts`,
      ),
      // Nor does what only drives other clients against the engine.
      testPathIgnorePatterns: [
        ...base.testPathIgnorePatterns,
        '/test/integration/classify/(?!nest)',
        '/test/integration/http-clients/(fetch|axios)',
      ],
      moduleNameMapper: {
        '^(@nestjs/[^/]+|@willsoto/nestjs-prometheus|prom-client|rxjs|reflect-metadata)(/.*)?$': `${nest11}/$1$2`,
        ...relativeJs,
      },
      transformIgnorePatterns: ['/node_modules/'],
    },
  ],
};
