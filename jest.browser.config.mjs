import config from './jest.config.mjs';

const [nest12] = config.projects;

/** The dashboard's page in a real browser: alone on the machine, for what it measures is how smooth the page is. */
export default {
  ...nest12,
  displayName: 'browser',
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: config.globalSetup,
  maxWorkers: 1,
};
