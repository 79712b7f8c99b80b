/**
 * From a click to painted rows, with 20,000 runs that are really on disk: 4 metrics × 100 points each. Prints one JSON value.
 * Needs the built page (`npm run build`).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumLaunch } from '../../e2e/chromium.ts';
import { openDb } from '../../electron/db/open.ts';
import { startHeadless } from '../../electron/headless.ts';
import { catchUp } from '../../electron/services/ingest/catch-up.ts';
import { newRunId } from '../../shared/ids.ts';

const RUNS = 20_000;
const KEYS = ['loss', 'val/loss', 'acc', 'val/acc'];

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-page-'));
try {
  const root = join(folder, 'project');
  let started = performance.now();
  writeRuns(root);
  const writeSeconds = (performance.now() - started) / 1000;
  started = performance.now();
  const db = openDb(join(root, '.assay', 'index.db'));
  await catchUp(root, db);
  db.close();
  const ingestSeconds = (performance.now() - started) / 1000;
  process.stdout.write(JSON.stringify({ runs: RUNS, writeSeconds, ingestSeconds, ...(await paint(root)) }));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);

function writeRuns(root: string): void {
  const at = Date.now() - RUNS * 1000;
  for (let i = 0; i < RUNS; i++) {
    const id = newRunId(at + i * 1000);
    const run = join(root, '.assay', 'runs', id);
    mkdirSync(run, { recursive: true });
    const identity = {
      version: 1,
      id,
      name: `run-${i}`,
      experiment: `e${i % 7}`,
      source: 'sdk',
      createdAt: at + i * 1000,
      startedAt: at + i * 1000,
      command: ['python', 'train.py'],
      params: { lr: 10 ** -(i % 5), seed: i },
    };
    let lines = '';
    for (let step = 0; step < 100; step++) {
      const metrics = KEYS.map((key, k) => `"${key}":${(i * 31 + k * 7 + step) % 1000}`).join(',');
      lines += `{"t":${at / 1000 + step},"s":${step},"m":{${metrics}}}\n`;
    }
    writeFileSync(join(run, 'run.json'), JSON.stringify(identity));
    writeFileSync(join(run, 'log.ndjson'), lines);
    writeFileSync(
      join(run, 'exit.json'),
      JSON.stringify({ code: 0, signal: null, endedAt: at + i * 1000 + 100_000, by: 'sdk' }),
    );
  }
}

async function paint(root: string): Promise<{ openMs: number; sortMs: number }> {
  const host = await startHeadless({ port: 0, dataFolder: join(folder, 'home'), project: root, print: () => {} });
  const browser = await chromium.launch(await chromiumLaunch());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(host.url);
  await page.getByText('run-19999', { exact: true }).first().waitFor();
  const opened = performance.now();
  await page.reload();
  await page.getByText('run-19999', { exact: true }).first().waitFor();
  const openMs = performance.now() - opened;
  const header = page.getByRole('columnheader').filter({ hasText: 'loss' }).first();
  const sortMs = await header.evaluate(
    (cell) =>
      new Promise<number>((resolve) => {
        const rows = (): string =>
          [...document.querySelectorAll('[role="row"]')]
            .slice(1, 4)
            .map((row) => row.textContent)
            .join('|');
        const before = rows();
        const from = performance.now();
        const look = (): void => {
          if (rows() !== before && rows() !== '') requestAnimationFrame(() => resolve(performance.now() - from));
          else requestAnimationFrame(look);
        };
        (cell.querySelector('button') ?? (cell as HTMLElement)).click();
        look();
      }),
  );
  await browser.close();
  await host.close();
  return { openMs, sortMs };
}
