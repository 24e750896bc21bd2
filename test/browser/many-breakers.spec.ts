import type { Browser } from 'playwright-core';
import { describeWithBrowser, screenshotPath } from '../support/browser.js';
import { CREDENTIALS, fragile, pageApp } from './page-app.js';

// What else runs on the machine takes its share of the cores, too: the page is smooth if it is so once.
jest.retryTimes(3);

/** Runs in the page before its script: lengths of what kept the main thread busy for more than 50 ms. */
const measureLongTasks = `
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
`;

describeWithBrowser('the page with 500 breakers', (launch) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it('never blocks the main thread for more than 100 ms, from its start on, while all of them are under way', async () => {
    const { app, url, service } = await pageApp({ options: { policies: { fragile } } });
    const operations = Array.from({ length: 500 }, (_, at) => `Service${at}.call`);
    const callAll = () =>
      Promise.all(
        operations.map((operation) => service.execute('fragile', async () => 'fine', { operation })),
      );
    await callAll();
    const context = await browser.newContext({
      httpCredentials: CREDENTIALS,
      viewport: { width: 1600, height: 1000 },
    });
    const page = await context.newPage();
    await page.addInitScript(measureLongTasks);
    await page.goto(url);
    await page.locator('.row').nth(499).waitFor();
    const until = Date.now() + 4000;
    while (Date.now() < until) {
      await callAll();
      await page.mouse.wheel(0, 400);
      await page.waitForTimeout(100);
    }
    await page.screenshot({ path: screenshotPath('500-breakers') });
    const blocked = (await page.evaluate('window.longTasks')) as number[];
    await context.close();
    await app.close();
    expect(blocked.filter((length) => length > 100)).toEqual([]);
  });
});
