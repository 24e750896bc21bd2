import base from './jest.config.mjs';

// Real processes, disks and minutes: apart from the tests of every day. Children run what `npm run test:faults` bundles first.
const [nest12] = base.projects;
const testTimeout = 30 * 60_000;

export default {
  testTimeout,
  maxWorkers: 1,
  projects: [
    {
      ...nest12,
      displayName: 'faults',
      testTimeout,
      testPathIgnorePatterns: ['/node_modules/'],
      testMatch: ['<rootDir>/test/faults/**/*.spec.ts'],
    },
  ],
};
