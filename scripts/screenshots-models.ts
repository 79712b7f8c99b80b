/**
 * `node scripts/screenshots-models.ts [folder]`: the pictures of the pages about models, from the running app on a project whose whole story the
 * terminal made (`models-world.ts`), and on a registry of 2,000 versions. Writes those that the docs keep into `docs/images/models`, or all of them
 * into the folder given. Run
 * `npm run build` first; takes about two minutes.
 */
import { execFile, spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { writeManyVersions } from '../bench/models/many-versions.ts';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { drawn } from '../e2e/drawn.ts';
import { firstLink } from '../e2e/first-link.ts';
import { makeModelsWorld } from './models-world.ts';

const out = process.argv[2] ?? 'docs/images/models';
/** What the repository keeps; the others are for looking at. */
const KEPT = new Set(
  (
    'models-light models-dark models-narrow-light version-light gates-light gates-dark gates-narrow-light review-light review-dark card-light ' +
    'receipts-light push-light register-light compare-light compare-code-light lineage-light lineage-dark lineage-all-light targets-light ' +
    'rollback-light audit-light audit-tampered-light empty-light two-thousand-light'
  ).split(' '),
);
mkdirSync(out, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'assay-shots-'));
const home = join(work, 'home');
const browser = await chromium.launch(await chromiumLaunch());
try {
  const churn = join(work, 'churn');
  makeModelsWorld(churn, home);
  await withReceiver((address) => failedMessage(churn, address));
  await withHost(browser, churn, async (at) => {
    await story(at);
    await wholePicture(at);
  });
  const tampered = join(work, 'tampered');
  cpSync(churn, tampered, { recursive: true });
  changeTheLog(tampered);
  await withHost(browser, tampered, changed);
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

async function keep(page: Page, name: string): Promise<void> {
  if (process.argv[2] || KEPT.has(name)) await page.screenshot({ path: join(out, `${name}.png`) });
}

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
        await keep(page, name);
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
  await shot('lineage-empty-light', '/lineage');
  await shot('targets-empty-light', '/targets');
  await shot('audit-empty-light', '/audit');
}

/** Comparing, lineage, targets and the log. */
async function wholePicture({ page, shot }: At): Promise<void> {
  const compare = '/models/churn/compare?from=1.0.0&to=1.2.0';
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await shot(`compare-${scheme}`, compare);
    await shot(`lineage-${scheme}`, '/lineage?name=churn&version=1.1.0');
    await page.locator('.react-flow__node').filter({ hasText: '1.1.0' }).first().click();
    await page.waitForTimeout(300);
    await keep(page, `lineage-${scheme}`);
    await shot(`targets-${scheme}`, '/targets');
    await shot(`audit-${scheme}`, '/audit');
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await shot('lineage-all-light', '/lineage');
  await shot('compare-data-light', `${compare}&tab=data`);
  await page.waitForTimeout(1500);
  await keep(page, 'compare-data-light');
  await shot('compare-code-light', `${compare}&tab=code`);
  await shot('compare-error-light', '/models/churn/compare?from=1.0.0&to=9.9.9');
  await shot('rollback-light', '/targets');
  await page.getByRole('button', { name: 'Roll back …' }).click();
  await page.waitForTimeout(400);
  await keep(page, 'rollback-light');
  await page.setViewportSize({ width: 760, height: 900 });
  await shot('compare-narrow-light', compare);
  await shot('lineage-narrow-light', '/lineage?name=churn&version=1.1.0');
  await shot('targets-narrow-light', '/targets');
  await shot('audit-narrow-light', '/audit');
}

async function changed({ shot }: At): Promise<void> {
  await shot('audit-tampered-light', '/audit');
}

/** Somebody rewrote what a reviewer said. */
function changeTheLog(project: string): void {
  const folder = join(project, 'models', 'audit');
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace('Fine for the pilot.', 'Fine for everything.'));
  }
}

/** A receiver of messages that knows nobody, so that one message fails for good. */
async function withReceiver(use: (address: string) => Promise<void>): Promise<void> {
  const server = createServer((_request, response) => response.writeHead(404).end('no_service'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/services/none`);
  } finally {
    server.close();
  }
}

async function failedMessage(project: string, address: string): Promise<void> {
  const assay = (...args: string[]) =>
    promisify(execFile)(process.execPath, [resolve('bin/assay.mjs'), '-C', project, ...args], {
      env: { ...process.env, ASSAY_HOME: home },
    });
  appendFileSync(
    join(project, 'assay.yaml'),
    'notify:\n  ops: {type: webhook}\n  team: {type: slack, on: [request, decision]}\n',
  );
  const login = assay('notify', 'login', 'ops');
  login.child.stdin?.end(`${address}\n`);
  await login;
  // ends with 1: the receiver does not take it
  await assay('notify', 'test', 'ops').catch(() => undefined);
  await assay('models', 'request', 'rules@0.1.0', '--comment', 'For the new tariffs.');
}
