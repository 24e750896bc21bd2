import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeWithBrowser, screenshotPath } from '../support/browser.js';
import { CREDENTIALS, fail, fragile, pageApp } from './page-app.js';

const hostile = [
  '__proto__',
  'constructor',
  '<img src=x onerror="document.title=1">',
  '"><script>alert(1)</script>',
  'a\r\nb\u202ec',
];

describeWithBrowser('the page in a browser', (launch) => {
  let browser: Browser;
  const apps: INestApplication[] = [];

  beforeAll(async () => {
    browser = await launch();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => browser.close());

  async function start(parts: Parameters<typeof pageApp>[0] = {}) {
    const made = await pageApp({ ...parts, options: { policies: { fragile, ...parts.options?.policies } } });
    apps.push(made.app);
    return made;
  }

  /** A tab, and what went wrong in it. */
  async function open(url: string, options: BrowserContextOptions = {}, before = '') {
    const context = await browser.newContext({
      httpCredentials: CREDENTIALS,
      viewport: { width: 1600, height: 1000 },
      ...options,
    });
    const page = await context.newPage();
    await page.addInitScript(before);
    const faults: string[] = [];
    const elsewhere: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on(
      'request',
      (request) => request.url().startsWith(new URL(url).origin) || elsewhere.push(request.url()),
    );
    await page.goto(url);
    await page.locator('.connection.live').waitFor();
    return { page, faults, elsewhere };
  }

  const row = (page: Page, name: string) =>
    page.locator('.row', { has: page.locator('.name-button', { hasText: name }) });

  it('shows a breaker open within a second, without a fault and without asking anybody else', async () => {
    const { url, service } = await start();
    await service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    const { page, faults, elsewhere } = await open(url);
    await row(page, 'Bank.charge').getByText('Closed').waitFor();
    await page.getByText('The breaker is closed.').waitFor();
    await page.evaluate(watchForOpen);
    const openedAt = Date.now();
    await fail(service, 'Bank.charge');
    const seenAt = (await page.evaluate('window.seenAt')) as number;
    expect(seenAt - openedAt).toBeLessThan(1000);
    await page.getByText('1 of 1 breakers refuse calls: Bank.charge.').waitFor();
    await page.locator('.event-list').getByText('Bank.charge is open: too many failures in a row').waitFor();
    await page.locator('.lanes .span.open').waitFor({ state: 'attached' });
    expect([faults, elsewhere]).toEqual([[], []]);
  });

  it('changes breakers by hand, for who has the token', async () => {
    const { url, service } = await start();
    await service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    const { page, faults } = await open(url);
    await changeTo(page, 'Force open');
    await row(page, 'Bank.charge').locator('.cells').getByText('Forced open').waitFor();
    await row(page, 'Bank.charge')
      .locator('.cells')
      .getByText(/60 min left|1 h left/)
      .waitFor();
    await page.locator('.event-list').getByText('alice: forceOpen Bank.charge for 60 min').waitFor();
    expect(service.breaker('Bank.charge').snapshot().state).toBe('forcedOpen');
    await page.screenshot({ path: screenshotPath('by-hand') });
    await changeTo(page, 'Reset');
    await row(page, 'Bank.charge').locator('.cells').getByText('Closed').waitFor();
    expect(service.breaker('Bank.charge').snapshot().state).toBe('closed');
    expect(faults).toEqual([]);
  });

  it('is nothing for who has no token', async () => {
    const { url, service } = await start();
    await service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    const context = await browser.newContext({ httpCredentials: { ...CREDENTIALS, password: 'guess' } });
    const page = await context.newPage();
    expect((await page.goto(url))?.status()).toBe(401);
    expect(await page.locator('#app').count()).toBe(0);
    expect(service.breaker('Bank.charge').snapshot().state).toBe('closed');
  });

  it('lists what happened in the order in which it did, though some is told once a second', async () => {
    const { url, service } = await start();
    await service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    const { page } = await open(url);
    await fail(service, 'Bank.refund');
    await page.waitForTimeout(50);
    service.breaker('Bank.refund').close();
    const texts = page.locator('.event-list .text');
    await page.locator('.event-list').getByText('Bank.refund failed').waitFor();
    expect(await texts.allTextContents()).toEqual([
      expect.stringContaining('Bank.refund is closed'),
      expect.stringContaining('Bank.refund failed'),
      expect.stringContaining('Bank.refund is open'),
    ]);
  });

  it('offers no change where the page is read only', async () => {
    const { url, service } = await start({ dashboard: { readOnly: true } });
    await service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    const { page } = await open(url);
    await page.getByRole('button', { name: 'Bank.charge' }).click();
    await page.locator('.circuits li').waitFor();
    expect(await page.getByRole('button', { name: 'Change…' }).count()).toBe(0);
  });

  it('says so when the application is gone, and goes on by itself when it is back', async () => {
    const first = await start();
    await first.service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    const { page } = await open(first.url);
    await row(page, 'Bank.charge').waitFor();
    await first.app.close();
    await page.locator('.connection.lost').waitFor();
    await page.getByText(/^At [\d:]+, before the connection was lost: The breaker is closed\.$/).waitFor();
    expect(await page.locator('.summary.good').count()).toBe(0);
    const second = await start({ port: first.port });
    await second.service.execute('fragile', async () => 'fine', { operation: 'Bank.refund' });
    await page.locator('.connection.live').waitFor();
    await row(page, 'Bank.refund').waitFor();
    await page.getByText(/^The breaker is closed\.$/).waitFor();
    expect(await row(page, 'Bank.charge').count()).toBe(0);
  });

  it('comes back at once when the server asks it to, and calls nothing lost', async () => {
    const { url } = await start();
    const { page } = await open(url);
    let connections = 0;
    await page.route('**/events*', (route) => {
      if (connections++ > 0) return route.continue();
      const state = JSON.stringify({ at: Date.now(), readOnly: true, targets: {} });
      const body = `event: state\ndata: ${state}\n\nevent: again\ndata: {}\n\n`;
      return route.fulfill({ contentType: 'text/event-stream', body });
    });
    await page.addInitScript(watchForLoss);
    await page.reload();
    await page.locator('.connection.live').waitFor();
    await page.waitForTimeout(1500);
    expect([connections, await page.evaluate('window.wasLost')]).toEqual([2, false]);
  });

  it('says so when who watches is not let in any more, and goes on when they are', async () => {
    const first = await start();
    const { page } = await open(first.url);
    await first.app.close();
    const refusing = await start({ port: first.port, dashboard: { guards: [{ canActivate: () => false }] } });
    await page.locator('.connection.refused').getByText('Not let in any more').waitFor();
    await refusing.app.close();
    await start({ port: first.port });
    await page.locator('.connection.live').waitFor();
  });

  it('shows hostile names as text, and makes no element of them', async () => {
    const { url, service } = await start();
    for (const operation of hostile) await fail(service, operation);
    const { page, faults } = await open(url);
    await page
      .locator('.row')
      .nth(hostile.length - 1)
      .waitFor();
    const names = await page.locator('.name-button').allTextContents();
    expect(names.sort()).toEqual([...hostile.slice(0, 4), 'a\ufffd\ufffdb\ufffdc'].sort());
    expect(await page.locator('#app img, #app script').count()).toBe(0);
    expect(await page.title()).toBe('Resilience');
    expect(faults).toEqual([]);
  });

  it.each([
    ['light', 1600],
    ['dark', 1600],
    ['light', 390],
  ] as const)('has no serious fault that axe finds, %s and %d pixels wide', async (colorScheme, width) => {
    const { url, service } = await start();
    await service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    await fail(service, 'Mail.send', 'Stock.reserve');
    service.breaker('Stock.reserve').disable({ ttl: '1h' });
    const { page } = await open(url, { colorScheme, viewport: { width, height: 900 } });
    await page.getByRole('button', { name: 'Mail.send' }).click();
    await page.locator('.plot canvas').first().waitFor();
    await page
      .locator('.plot .u-legend')
      .first()
      .getByText(/calls:?\s*\d/)
      .waitFor();
    await page
      .locator('.plot .u-legend')
      .last()
      .getByText(/p99:?\s*–/)
      .waitFor();
    expect(await row(page, 'Bank.charge').locator('.spark .failed').count()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await page.screenshot({ path: screenshotPath(`breakers-${colorScheme}-${width}`), fullPage: true });
    await page.getByRole('button', { name: 'Change…' }).first().click();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Policies' }).click();
    await page.locator('.policy summary').first().click();
    const source = await page.locator('.policy .source').first().boundingBox();
    expect(source!.x + source!.width).toBeLessThanOrEqual(width);
    expect(await page.locator('.policy .scroll').first().evaluate(scrollsSideways)).toBe(false);
    expect(await seriousFaults(page)).toEqual([]);
    await page.screenshot({ path: screenshotPath(`policies-${colorScheme}-${width}`), fullPage: true });
  });

  it('is usable by keyboard alone', async () => {
    const { url, service } = await start();
    await service.execute('fragile', async () => 'fine', { operation: 'Bank.charge' });
    const { page } = await open(url);
    await page.getByRole('button', { name: 'Bank.charge' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Change…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Force open' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(service.breaker('Bank.charge').snapshot().state).toBe('open');
  });

  it.each([
    ['as browsers move elements today', ''],
    ['as browsers without moveBefore do', 'delete Element.prototype.moveBefore'],
  ])('keeps the focus, and the question that is open, when rows change places, %s', async (_how, before) => {
    const { url, service } = await start();
    for (const operation of ['A.a', 'B.b', 'C.c', 'D.d'])
      await service.execute('fragile', async () => 'fine', { operation });
    const { page } = await open(url, {}, before);
    const first = page.locator('.row').first();
    await page.getByRole('button', { name: 'D.d' }).focus();
    await fail(service, 'D.d');
    await first.getByText('D.d').first().waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('D.d');
    service.breaker('D.d').reset();
    await page.locator('.row').last().getByText('D.d').first().waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('D.d');
    await page.getByRole('button', { name: 'C.c' }).click();
    await row(page, 'C.c').getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('radio', { name: 'Disable' }).focus();
    await page.keyboard.press('Space');
    await fail(service, 'C.c');
    await first.getByText('C.c').first().waitFor();
    expect(await page.locator('dialog:modal').count()).toBe(1);
    service.breaker('C.c').reset();
    await first.getByText('A.a').first().waitFor();
    expect(await page.locator('dialog:modal').count()).toBe(1);
    expect(await page.getByRole('radio', { name: 'Disable' }).isChecked()).toBe(true);
    await page.locator('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Change…');
  });

  async function changeTo(page: Page, label: string): Promise<void> {
    const toggle = page.getByRole('button', { name: 'Bank.charge' });
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.locator('dialog').getByText('Other instances have breakers of their own.').waitFor();
    await page.getByRole('radio', { name: label }).check();
    await page.locator('dialog').getByRole('button', { name: label }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
  }
});

/** Runs in the page. */
const scrollsSideways = (element: { scrollWidth: number; clientWidth: number }): boolean =>
  element.scrollWidth > element.clientWidth;

/** Runs in the page: whether it ever said that the connection was lost. */
const watchForLoss = `(() => {
  window.wasLost = false;
  const look = () => {
    window.wasLost ||= document.querySelector('.connection.lost') !== null;
    requestAnimationFrame(look);
  };
  look();
})()`;

/** Runs in the page: when a badge came that says "Open". */
const watchForOpen = `(() => {
  window.seenAt = new Promise((resolve) => {
    const look = () => {
      const seen = [...document.querySelectorAll('.cells .badge')].some((badge) => badge.textContent.startsWith("Open"));
      if (seen) resolve(Date.now()); else requestAnimationFrame(look);
    };
    look();
  });
})()`;

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Through the protocol, not as an element: the page lets no script but its own in. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
