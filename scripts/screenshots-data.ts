/**
 * `node scripts/screenshots-data.ts [folder] [example|folders|large]`: the pictures of the pages about data, from the running app: the example's two real versions,
 * a folder of drawn images (`demo-images.ts`), tables of ten million rows, and the states in between. Writes `docs/images/data/*.png`, or
 * into the folder given. Run `npm run build` first; takes about three minutes.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { drawn } from '../e2e/drawn.ts';
import { firstLink } from '../e2e/first-link.ts';
import { withDuckDb } from '../electron/services/duckdb/open.ts';

const out = process.argv[2] ?? 'docs/images/data';
mkdirSync(out, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'assay-shots-'));
const browser = await chromium.launch(await chromiumLaunch());
try {
  if (wanted('example')) await withHost(browser, [], example);
  const images = join(work, 'shapes');
  if (wanted('folders')) {
    execFileSync('node', ['scripts/demo-images.ts', images], { stdio: ['ignore', 'ignore', 'inherit'] });
    await withHost(browser, ['--project', images], folders);
  }
  const large = join(work, 'large');
  if (wanted('large')) {
    await makeLarge(large);
    await withHost(browser, ['--project', large], tenMillionRows);
  }
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

function wanted(part: string): boolean {
  return process.argv[3] === undefined || process.argv[3] === part;
}

type At = { page: Page; visit: (path: string) => Promise<void>; shot: (name: string) => Promise<void> };

async function withHost(browser: Browser, args: readonly string[], take: (at: At) => Promise<void>): Promise<void> {
  const host = spawn('node', ['electron/headless.ts', '--no-open', '--port', '0', ...args], {
    env: { ...process.env, ASSAY_HOME: join(work, 'home') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(await firstLink(host));
    await page.waitForURL(/\/p\/[^/]+\/runs/);
    const base = new URL(page.url());
    const project = base.pathname.split('/').slice(0, 3).join('/');
    await take({
      page,
      async visit(path) {
        await page.goto(new URL(project + path, base).href);
        await drawn(page);
      },
      async shot(name) {
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

async function example({ page, visit, shot }: At): Promise<void> {
  await page.getByText('network-8', { exact: true }).first().waitFor({ timeout: 120_000 });
  await page
    .getByText(/Making the example/)
    .waitFor({ state: 'hidden', timeout: 120_000 })
    .catch(() => undefined);
  const root = join(work, 'home', 'example', 'penguins');
  const commits = execFileSync('git', ['-C', root, 'log', '--format=%H', '--', 'data/penguins.csv.dvc'])
    .toString()
    .trim()
    .split('\n');
  const [old, now] = [`rev:${commits.at(-1)}:data/penguins.csv`, `rev:${commits[0]}:data/penguins.csv`];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await visit('/data');
    await shot(`list-${scheme}`);
    await visit(dataAddress('data/penguins.csv', 'timeline'));
    await shot(`timeline-${scheme}`);
    await visit(dataAddress('data/penguins.csv', 'preview'));
    await shot(`preview-${scheme}`);
    await visit(diffAddress(old, now));
    await shot(`diff-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await visit(dataAddress('data/penguins.csv', 'documentation'));
  await shot('documentation-light');
  await visit(diffAddress(now, now));
  await shot('diff-identical-light');
  await visit(diffAddress('rev:nosuch:data/penguins.csv', now));
  await shot('diff-error-light');
  await visit('/diff');
  await shot('diff-saved-light');
  await page.setViewportSize({ width: 900, height: 700 });
  await visit(diffAddress(old, now));
  await shot('diff-narrow-light');
  await visit('/data');
  await shot('list-narrow-light');
}

async function folders({ page, visit, shot }: At): Promise<void> {
  const [old, now] = ['rev:shapes@v1:shapes', 'rev:shapes@v2:shapes'];
  await visit('/data');
  await shot('list-modified-light');
  await visit(dataAddress('shapes', 'preview'));
  await shot('images-light');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await visit(diffAddress(old, now));
    await shot(`folder-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await visit(diffAddress(`${old}/labels.csv`, `${now}/labels.csv`));
  await shot('diff-inside-folder-light');
}

async function makeLarge(folder: string): Promise<void> {
  mkdirSync(join(folder, '.assay', 'runs'), { recursive: true });
  const [old, now] = [join(folder, 'old.parquet'), join(folder, 'new.parquet')];
  const columns = Array.from({ length: 6 }, (_, i) => `hash(range + ${i}) % ${10 ** (i + 1)} AS feature_${i}`).join(
    ', ',
  );
  await withDuckDb({ memory: '4GB', paths: [old, now], spill: folder }, async (db) => {
    for (const [path, price, where] of [
      [old, 'range % 9973 * 0.01', 'range % 100000 <> 5'],
      [now, 'CASE WHEN range % 1000 = 7 THEN range % 9973 ELSE range % 9973 * 0.01 END', 'range % 100000 <> 6'],
    ])
      await db.run(
        `COPY (SELECT range AS id, ['north', 'south', 'east', 'west'][(1 + hash(range) % 4)::INT] AS region, ${columns}, ${price} AS price
           FROM range(10000000) WHERE ${where}) TO '${path}' (FORMAT parquet)`,
      );
  });
}

async function tenMillionRows({ page, visit, shot }: At): Promise<void> {
  await visit('/data');
  await shot('list-empty-light');
  await page.goto(
    new URL(page.url()).origin +
      new URL(page.url()).pathname.replace(/\/data$/, '') +
      diffAddress('work:old.parquet', 'work:new.parquet'),
  );
  await page.waitForTimeout(1200);
  await page.screenshot({ path: join(out, 'diff-running-light.png') });
  await page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'hidden', timeout: 240_000 });
  await page.getByText(/\d rows changed/).waitFor({ timeout: 60_000 });
  await shot('diff-ten-million-light');
}

function dataAddress(path: string, tab: string): string {
  return `/data?path=${encodeURIComponent(path)}&tab=${tab}`;
}

function diffAddress(before: string, after: string): string {
  return `/diff?before=${encodeURIComponent(before)}&after=${encodeURIComponent(after)}`;
}
