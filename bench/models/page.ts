/**
 * From a click to painted rows, in a registry of 2,000 versions that are really in git: definitions, annotated tags, aliases. Prints one JSON
 * value. Needs the built page (`npm run build`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../../e2e/chromium.ts';
import { startHeadless } from '../../electron/headless.ts';
import { writeManyVersions } from './many-versions.ts';

const VERSIONS = 2000;
const TIMES = 5;

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-models-'));
try {
  const root = join(folder, 'project');
  const started = performance.now();
  writeManyVersions(root, VERSIONS);
  const writeSeconds = (performance.now() - started) / 1000;
  process.stdout.write(JSON.stringify({ versions: VERSIONS, writeSeconds, ...(await paint(root)) }));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);

async function paint(root: string): Promise<{ firstMs: number; openMs: number; versionsMs: number; sortMs: number }> {
  const host = await startHeadless({ port: 0, dataFolder: join(folder, 'home'), project: root, print: () => {} });
  const browser = await chromium.launch(await chromiumLaunch());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(host.url);
  await page.waitForURL(/\/p\/[^/]+\/runs/);
  await page.getByRole('link', { name: 'Models' }).waitFor();
  // the first time reads every definition and tag; afterwards the host has them, as a page that comes back finds it
  const firstMs = await clickToRows(page, 'a[href$="/models"]');
  const runs: { openMs: number; versionsMs: number; sortMs: number }[] = [];
  for (let i = 0; i < TIMES; i++) {
    // a fresh page each time, so that nothing is in the page's own cache
    await page.goto(new URL(page.url()).href.replace(/\/models.*/, '/queue'));
    await page.getByRole('heading', { level: 1 }).waitFor();
    const openMs = await clickToRows(page, 'a[href$="/models"]');
    const versionsMs = await clickToRows(page, 'label:has-text("All versions")', 'model-03');
    const sortMs = await clickToRows(page, '[role="columnheader"]:has-text("Model") button', 'model-00');
    runs.push({ openMs, versionsMs, sortMs });
  }
  await browser.close();
  await host.close();
  const median = (key: 'openMs' | 'versionsMs' | 'sortMs'): number =>
    runs.map((run) => run[key]).sort((a, b) => a - b)[Math.floor(TIMES / 2)]!;
  return { firstMs, openMs: median('openMs'), versionsMs: median('versionsMs'), sortMs: median('sortMs') };
}

/** Clicks, then waits for the frame after which other rows than before are on the screen; `first` begins the first of them. */
function clickToRows(page: Page, selector: string, first = 'model-'): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate(
      (element, first) =>
        new Promise<number>((resolve, reject) => {
          const rows = (): string[] =>
            [...document.querySelectorAll('[role="row"]')].slice(1, 5).map((row) => row.textContent ?? '');
          const before = rows().join('|');
          const from = performance.now();
          const look = (): void => {
            const now = rows();
            if (now.length > 0 && now.join('|') !== before && now[0]!.startsWith(first))
              requestAnimationFrame(() => resolve(performance.now() - from));
            else if (performance.now() - from > 30_000) reject(new Error(`no row of ${first} in 30 s`));
            else requestAnimationFrame(look);
          };
          (element as HTMLElement).click();
          look();
        }),
      first,
    );
}
