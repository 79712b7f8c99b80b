/**
 * `node scripts/screenshots-models.ts [folder]`: the pictures of the pages about models, from the running app on a project whose whole story the
 * terminal made (`models-world.ts`), and on a registry of 2,000 versions. Writes `docs/images/models/*.png`, or into the folder given. Run
 * `npm run build` first; takes about two minutes.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { writeManyVersions } from '../bench/models/many-versions.ts';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { drawn } from '../e2e/drawn.ts';
import { firstLink } from '../e2e/first-link.ts';
import { makeModelsWorld } from './models-world.ts';

const out = process.argv[2] ?? 'docs/images/models';
mkdirSync(out, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'assay-shots-'));
const home = join(work, 'home');
const browser = await chromium.launch(await chromiumLaunch());
try {
  const churn = join(work, 'churn');
  makeModelsWorld(churn, home);
  await withHost(browser, churn, story);
  const many = join(work, 'many');
  writeManyVersions(many, 2000);
  await withHost(browser, many, twoThousand);
  const empty = join(work, 'empty');
  mkdirSync(join(empty, '.assay', 'runs'), { recursive: true });
  await withHost(browser, empty, nothingYet);
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

type At = { page: Page; shot: (name: string, path: string) => Promise<void> };

async function withHost(browser: Browser, project: string, take: (at: At) => Promise<void>): Promise<void> {
  const host = spawn('node', ['electron/headless.ts', '--no-open', '--port', '0', '--project', project], {
    env: { ...process.env, ASSAY_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(await firstLink(host));
    await page.waitForURL(/\/p\/[^/]+\/runs/);
    const trust = page.getByRole('button', { name: 'Trust it…' });
    await trust.click();
    await page.getByRole('dialog').getByRole('button', { name: /trust/i }).last().click();
    await trust.waitFor({ state: 'hidden' });
    const base = new URL(page.url());
    const root = base.pathname.split('/').slice(0, 3).join('/');
    await take({
      page,
      async shot(name, path) {
        await page.goto(new URL(root + path, base).href);
        await drawn(page);
        await page.screenshot({ path: join(out, `${name}.png`) });
      },
    });
    await context.close();
  } finally {
    host.kill('SIGTERM');
    await new Promise((resolve) => host.once('exit', resolve));
  }
}

async function story({ page, shot }: At): Promise<void> {
  const open = '/models/churn/1.2.0';
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await shot(`models-${scheme}`, '/models?open=churn');
    await shot(`version-${scheme}`, open);
    await shot(`gates-${scheme}`, `${open}?tab=gates`);
    await shot(`review-${scheme}`, `${open}/review`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await shot('card-light', `${open}?tab=card`);
  await shot('files-light', `${open}?tab=files&file=example.json`);
  await shot('receipts-light', '/models/churn/1.0.0?tab=receipts');
  await shot('history-light', '/models/churn/1.1.0?tab=history');
  await shot('push-light', '/models/churn/1.0.0?push=scratch');
  await shot('push-refused-light', `${open}?push=shelf`);
  await shot('register-light', '/models?register=1');
  await shot('error-light', '/models/churn/9.9.9');
  await page.setViewportSize({ width: 760, height: 900 });
  await shot('models-narrow-light', '/models?open=churn');
  await shot('gates-narrow-light', `${open}?tab=gates`);
  await shot('review-narrow-light', `${open}/review`);
}

async function twoThousand({ shot }: At): Promise<void> {
  await shot('two-thousand-light', '/models?view=versions');
}

async function nothingYet({ shot }: At): Promise<void> {
  await shot('empty-light', '/models');
}
