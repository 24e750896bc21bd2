// Runs sample/03-operations and looks at it as an operator does: with the token and without, and, where there is a
// Chromium, at the page itself. UPDATE_SCREENSHOTS=1 makes the picture of its README anew.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import assert from 'node:assert/strict';
import { watchMetrics } from './test-grafana-queries.mjs';
import { until } from './until.mjs';

const PATIENCE_SECONDS = 60;
const TOKEN = 'token-of-the-test';
const chromium = process.env.TEST_CHROMIUM ?? '/usr/bin/chromium';
const authorization = `Basic ${Buffer.from(`alice:${TOKEN}`).toString('base64')}`;

export async function operations(root) {
  const updates = process.env.UPDATE_SCREENSHOTS !== undefined;
  const child = spawn(process.execPath, ['sample/03-operations/dist/main.js', '--once'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1', DASHBOARD_TOKEN: TOKEN, PHASE_SECONDS: updates ? '12' : '3' },
  });
  const ended = once(child, 'exit');
  let output = '';
  let metrics;
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  try {
    await until(() => output.includes('metrics:'), 'the sample starts', PATIENCE_SECONDS);
    const [, url] = /dashboard: (\S+)/.exec(output);
    await look(url);
    metrics = await watchMetrics(root, url);
    const watched = existsSync(chromium) ? await watchPage(url) : undefined;
    await until(() => output.includes('connections are refused'), 'the dependency goes', PATIENCE_SECONDS);
    await until(async () => (await states(url)).includes('open'), 'a breaker opens', PATIENCE_SECONDS);
    await watched?.takePicture(pictureOf(root, updates), updates ? 5000 : 500);
    await metrics?.check();
    const [status] = await ended;
    assert.equal(status, 0, output);
  } finally {
    child.kill();
    await metrics?.stop();
  }
  return 'sample/03-operations';
}

function pictureOf(root, updates) {
  if (updates) return `${root}/sample/03-operations/dashboard.png`;
  mkdirSync(`${root}/temp/screenshots`, { recursive: true });
  return `${root}/temp/screenshots/sample-03-operations.png`;
}

async function look(url) {
  for (const path of ['', '/breakers', '/policies', '/events', '/page.js'])
    assert.equal((await fetch(url + path)).status, 401, `${path} is for who has the token`);
  const page = await ask(url);
  assert.match(await page.text(), /<title>Resilience<\/title>/);
  await until(
    async () => (await states(url)).length >= 6,
    'rates, prices and four tenants have a circuit',
    PATIENCE_SECONDS,
  );
  const metrics = await fetch(new URL('/metrics', url));
  assert.match(await metrics.text(), /resilience_circuit_breaker_state\{[^}]*breaker="PricesService"/);
  const change = await ask(`${url}/breakers/actions`, {
    method: 'POST',
    headers: { 'x-resilience-action': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'InvoicesService', key: 'acme', action: 'reset' }),
  });
  assert.equal(change.status, 200);
}

async function states(url) {
  const circuits = await (await ask(`${url}/breakers`)).json();
  return circuits.map(({ state }) => state);
}

function ask(url, init = {}) {
  return fetch(url, { ...init, headers: { authorization, ...init.headers } });
}

/** Opens the page, for a picture of it later. */
async function watchPage(url) {
  const { chromium: browserType } = await import('playwright-core');
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ];
  const browser = await browserType.launch({ executablePath: chromium, args });
  const context = await browser.newContext({
    viewport: { width: 1600, height: 900 },
    colorScheme: 'light',
    httpCredentials: { username: 'alice', password: TOKEN },
  });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(url);
  await page.locator('.row').nth(2).waitFor();
  return {
    async takePicture(path, afterMs) {
      await delay(afterMs);
      await page.screenshot({ path });
      await browser.close();
      assert.deepEqual(faults, []);
    },
  };
}
