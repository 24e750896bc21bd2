import type { Browser } from 'playwright-core';
import { describeWithBrowser, screenshotPath } from '../support/browser.js';
import { CREDENTIALS, fragile, pageApp } from './page-app.js';

// The first start of a browser on a machine compiles more than the page's own script.
jest.retryTimes(2);

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time in microseconds, which is the same however many share the machine. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** How long tasks kept main threads of pages busy, in milliseconds, the longest first. */
function tasksOf(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const idOf = ({ pid, tid }: TraceEvent): string => `${pid}.${tid}`;
  const isMain = ({ name, args }: TraceEvent): boolean =>
    name === 'thread_name' && args?.name === 'CrRendererMain';
  const mains = new Set(traceEvents.filter(isMain).map(idOf));
  return traceEvents
    .filter((event) => event.name.endsWith('RunTask') && event.tdur !== undefined && mains.has(idOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((one, other) => other - one);
}

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
    await browser.startTracing(page, { categories: ['toplevel'] });
    await page.goto(url);
    await page.locator('.row').nth(499).waitFor();
    const until = Date.now() + 4000;
    while (Date.now() < until) {
      await callAll();
      await page.mouse.wheel(0, 400);
      await page.waitForTimeout(100);
    }
    await page.screenshot({ path: screenshotPath('500-breakers') });
    const tasks = tasksOf(await browser.stopTracing());
    await context.close();
    await app.close();
    expect(tasks.length).toBeGreaterThan(100);
    expect(tasks[0]).toBeLessThan(100);
  });
});
