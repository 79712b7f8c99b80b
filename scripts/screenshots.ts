/**
 * `npm run screenshots [folder]`: the pictures of README and docs, made from the running app on the real example project.
 * Writes `docs/images/*.png`, or into the folder given.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { drawn } from '../e2e/drawn.ts';
import { firstLink } from '../e2e/first-link.ts';

/** Paths, variables and packages of the machine at hand do not belong into the repository; they are taken into a folder given only. */
const SHOWS_MACHINE = /^(run-overview|run-environment|run-code|projects)/;
const out = process.argv[2] ?? 'docs/images';
mkdirSync(out, { recursive: true });
const home = mkdtempSync(join(tmpdir(), 'assay-shots-'));
const host = spawn('node', ['electron/headless.ts', '--no-open', '--port', '0'], {
  env: { ...process.env, ASSAY_HOME: home },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await firstLink(host);
const browser = await chromium.launch(await chromiumLaunch());
try {
  await takeAll(browser, url);
} finally {
  await browser.close();
  host.kill('SIGTERM');
  await new Promise((resolve) => host.once('exit', resolve));
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

async function takeAll(browser: Browser, link: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(link);
  const shot = async (name: string): Promise<void> => {
    if (process.argv[2] || !SHOWS_MACHINE.test(name)) await page.screenshot({ path: join(out, `${name}.png`) });
  };

  await page.waitForURL(/\/p\/[^/]+\/runs/);
  const project = new URL(page.url()).pathname.split('/')[2]!;
  await page.getByText('network-8', { exact: true }).first().waitFor({ timeout: 120_000 });
  await page
    .getByText(/Making the example/)
    .waitFor({ state: 'hidden', timeout: 120_000 })
    .catch(() => undefined);
  await drawn(page);
  await shot('runs-light');
  const hrefs = await page
    .locator('a[href*="/runs/"]')
    .evaluateAll((links) => links.map((one) => (one as HTMLAnchorElement).pathname));
  const ids = [
    ...new Set(hrefs.map((href) => /\/runs\/([0-9a-f]{32})/.exec(href)?.[1]).filter((id) => id !== undefined)),
  ];

  const visit = async (name: string, path: string): Promise<void> => {
    await page.goto(new URL(path, page.url()).href);
    await drawn(page);
    await shot(name);
  };
  for (const tab of ['overview', 'charts', 'system', 'logs', 'code', 'environment', 'artifacts']) {
    await visit(`run-${tab}-light`, `/p/${project}/runs/${ids[0]}?tab=${tab}`);
  }
  await visit('compare-light', `/p/${project}/compare?runs=${ids.slice(0, 4).join(',')}`);
  await visit('compare-data-light', `/p/${project}/compare?runs=${ids[0]},${ids.at(-1)}&tab=data`);
  await visit('start-light', `/p/${project}/start`);
  await visit('queue-light', `/p/${project}/queue`);
  await visit('settings-light', '/settings');
  await visit('projects-light', '/');
  await page.emulateMedia({ colorScheme: 'dark' });
  await visit('runs-dark', `/p/${project}/runs`);
  await visit('run-charts-dark', `/p/${project}/runs/${ids[0]}?tab=charts`);
  await visit('run-overview-dark', `/p/${project}/runs/${ids[0]}`);
  await visit('compare-dark', `/p/${project}/compare?runs=${ids.slice(0, 4).join(',')}`);
  await visit('start-dark', `/p/${project}/start`);
  await visit('queue-dark', `/p/${project}/queue`);
  await page.setViewportSize({ width: 1280, height: 720 });
  await visit('runs-small-dark', `/p/${project}/runs`);
}
