// Who may import whom inside lib. One row per folder, the most specific first: the first row whose `at` begins
// a file's path (relative to lib) holds for it. The same table, in words, stands in CONTRIBUTING.md.

/**
 * @typedef {object} Row
 * @property {string} at folder (or file) the row is about
 * @property {string[]} lib folders of lib that its files may import
 * @property {string[]} [packages] packages its files may import
 * @property {string[]} [modulePackages] packages that only its `*.module.ts` files may import
 * @property {boolean} [node] whether `node:` modules are allowed
 */

const NEST = ['@nestjs/common', '@nestjs/core'];

/** @type {Row[]} */
export const ROWS = [
  { at: 'core/', lib: ['core/'] },
  { at: 'config/', lib: ['core/', 'config/'] },
  {
    at: 'stores/redis/',
    lib: ['core/ports/', 'core/errors/', 'core/options/', 'core/time/', 'core/random.ts', 'stores/'],
    packages: ['ioredis'],
    node: true,
  },
  { at: 'stores/', lib: ['core/ports/', 'core/errors/', 'stores/'], node: true },
  {
    at: 'metrics/prometheus/',
    lib: ['core/events/', 'metrics/'],
    packages: ['@opentelemetry/api', '@willsoto/nestjs-prometheus', 'prom-client'],
    modulePackages: NEST,
  },
  {
    at: 'metrics/opentelemetry/',
    lib: ['core/events/', 'metrics/'],
    packages: ['@opentelemetry/api'],
    modulePackages: NEST,
  },
  { at: 'metrics/', lib: ['core/events/', 'metrics/'], modulePackages: NEST },
  {
    at: 'nest/health/',
    lib: ['core/', 'config/', 'nest/'],
    packages: [...NEST, '@nestjs/terminus'],
  },
  {
    at: 'nest/',
    lib: ['core/', 'config/', 'stores/memory/', 'stores/file/', 'metrics/', 'nest/'],
    packages: [...NEST, '@nestjs/config', 'rxjs', 'reflect-metadata'],
    node: true,
  },
  {
    at: 'dashboard/',
    lib: [
      'config/explain.ts',
      'core/call-stats.ts',
      'core/circuit-breaker/circuit-snapshot.ts',
      'core/errors/',
      'core/events/',
      'core/options/',
      'core/printable.ts',
      'core/rate-limiter/token-bucket.ts',
      'core/time/clock.ts',
      'nest/inspection/resilience-inspection.ts',
      'nest/logging/describe-error.ts',
      'dashboard/',
    ],
    packages: [...NEST, '@nestjs/swagger'],
  },
  { at: 'testing/nest/', lib: ['core/', 'nest/', 'testing/'], packages: [...NEST, '@nestjs/testing'] },
  { at: 'testing/', lib: ['core/', 'testing/'] },
];

/** Strategies: folders of core that never import one another; `core/pipeline.ts` composes them. */
export const STRATEGIES = [
  'retry',
  'circuit-breaker',
  'timeout',
  'fallback',
  'bulkhead',
  'rate-limiter',
  'adaptive-throttle',
  'hedge',
  'chaos',
].map((name) => `core/${name}/`);

/** Entry points of the package, each with the optional peers that importing it may load. */
export const ENTRIES = {
  'index.ts': [],
  'core/index.ts': [],
  'testing/index.ts': ['@nestjs/testing'],
  'nest/health/index.ts': ['@nestjs/terminus'],
  'stores/redis/index.ts': ['ioredis'],
  'dashboard/index.ts': ['@nestjs/swagger'],
  'metrics/prometheus/index.ts': ['@opentelemetry/api', '@willsoto/nestjs-prometheus', 'prom-client'],
  'metrics/opentelemetry/index.ts': ['@opentelemetry/api'],
};

/** The two files that own the clock and the randomness of the whole library. */
export const CLOCK_OWNERS = ['core/time/system-clock.ts', 'core/random.ts'];
