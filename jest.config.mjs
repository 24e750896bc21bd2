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
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'commonjs' },
  },
];

/** The page of the dashboard is bundled before the tests; lib/ itself only declares what is in the bundle. */
const pageBundle = {
  '/page-bundle\\.js$': '<rootDir>/node_modules/.cache/nestjs-holdfast/page-bundle.cjs',
};

const relativeJs = { ...pageBundle, '^(\\.{1,2}/.*)\\.js$': '$1' };

// No test measures speed: this ends one that hangs. A machine ten times slower needs up to a minute for some.
const testTimeout = 300_000;

const base = {
  rootDir: '.',
  testTimeout,
  testEnvironment: '<rootDir>/test/support/node-environment.mjs',
  // Minutes of real processes: `npm run test:faults`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/faults/', '<rootDir>/test/browser/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/compat/.*/package.json'],
  transform: { '^.+\\.ts$': swc, '^.+/node_modules/@nestjs/.+\\.js$': swc },
};

const nest12 = {
  ...base,
  moduleNameMapper: relativeJs,
  // NestJS 12 is ESM only; jest on Node < 24.9 cannot require(esm): compile those packages to CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!@nestjs/)'],
};

const nest11 = '<rootDir>/test/compat/nest11/node_modules';

export default {
  testTimeout,
  globalSetup: '<rootDir>/scripts/build-page.mjs',
  maxWorkers: '100%',
  coverageProvider: 'v8',
  coverageReporters: ['text', 'lcov', 'json-summary'],
  collectCoverageFrom: process.argv.includes('--coverage') ? filesWithCode(import.meta.dirname, 'lib') : [],
  coverageThreshold: { global: { lines: 98, branches: 98 } },
  projects: [
    { ...nest12, displayName: 'nest12', testMatch: ['<rootDir>/test/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'nest11',
      // What never touches a Nest application behaves the same under both and runs once, under nest12.
      testMatch: ['<rootDir>/test/integration/**/*.spec.ts'],
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
