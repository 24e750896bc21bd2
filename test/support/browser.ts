import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Debian's Chromium, unless `TEST_CHROMIUM` names another one. */
const executablePath = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium';

/** The first quiets what Chromium asks of the world at its start; no sandbox, because root has none. */
const args = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--no-first-run',
  '--no-sandbox',
];

/** Where pictures of what the tests saw are kept. */
const artefacts = join(__dirname, '../../temp/screenshots');

export function screenshotPath(name: string): string {
  mkdirSync(artefacts, { recursive: true });
  return join(artefacts, `${name}.png`);
}

/** A suite that needs Chromium. Where there is none, it is skipped and says why; in CI it fails instead. */
export function describeWithBrowser(title: string, body: (launch: () => Promise<Browser>) => void): void {
  const launch = (): Promise<Browser> => chromium.launch({ executablePath, args });
  if (existsSync(executablePath)) {
    describe(title, () => body(launch));
    return;
  }
  const reason = `there is no Chromium at ${executablePath} (apt-get install chromium, or TEST_CHROMIUM=path)`;
  if (process.env['CI']) {
    describe(title, () => {
      it('there is a browser', () => {
        throw new Error(reason);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${reason}\n`);
  describe.skip(title, () => body(launch));
}
