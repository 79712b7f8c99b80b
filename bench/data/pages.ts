/**
 * `node bench/data/pages.ts [rows]`: pages of a comparison and of one table at ten million rows, asked of the services as the page asks them,
 * and the state of a watched folder. Prints the rows.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { silentLog } from '../../electron/platform/log.ts';
import { createServices } from '../../electron/services/index.ts';
import type { Row } from '../results.ts';
import { writeTables } from './tables.ts';

const WATCHED = 100_000;

/** @param rows of the two tables */
export async function measurePages(rows = 10_000_000): Promise<{ rows: Row[]; notes: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-pages-'));
  const root = join(folder, 'project');
  mkdirSync(join(root, '.assay', 'runs'), { recursive: true });
  const services = createServices({ dataFolder: join(folder, 'home'), mode: 'browser', log: silentLog });
  try {
    await writeTables(join(root, 'old.parquet'), join(root, 'new.parquet'), rows, 10, folder);
    const project = (await services.openProject(root)).id;
    // biome-ignore lint/suspicious/noExplicitAny: the router's own type is that of every domain
    const client = createRouterClient(services.router as any) as any;
    const side = (path: string) => ({ kind: 'version', path, rev: null });
    const opened = await client.diffs.open({
      project,
      before: side('old.parquet'),
      after: side('new.parquet'),
      settings: {},
    });
    if (opened.job) for await (const _ of services.jobs.watch(opened.job));
    const { id } = opened;
    const page = (filter: object, total: number) => (at: number) =>
      client.diffs.rows({ project, id, filter, offset: Math.floor(at * (total - 100)), limit: 100 });
    const all = { kinds: ['added', 'removed', 'changed', 'moved', 'unchanged'] };
    const started = performance.now();
    await page({}, 1)(0);
    const firstMs = performance.now() - started;
    const changed = await timed(page({}, rows / 1000));
    const every = await timed(page(all, rows));
    const context = await timed(page({ context: 2 }, rows / 1000));
    const preview = await timed((at) =>
      client.tables.page({ project, side: side('new.parquet'), offset: Math.floor(at * (rows - 100)), limit: 100 }),
    );
    const statusMs = await watchedStatus(services, client, root, project);
    const row = (what: string, expected: string, bar: number, ms: number, note: string): Row => ({
      what,
      expected,
      bar: `≤ ${bar} ms`,
      measured: `${ms.toFixed(0)} ms${note}`,
      holds: ms <= bar,
    });
    const worst = ({ most }: Times): string => `, worst of 40: ${most.toFixed(0)} ms`;
    const million = `${rows / 1e6}M rows`;
    return {
      rows: [
        row(`any page of changed rows, ${million}, median`, '20 ms', 100, changed.median, worst(changed)),
        row('any page of all rows, median', '40 ms', 100, every.median, worst(every)),
        row('any page of changes with two rows around each, median', '60 ms', 100, context.median, worst(context)),
        row('any page of the preview, median', '40 ms', 100, preview.median, worst(preview)),
        row('states of a watched folder of 100,000 files, nothing changed', '5 ms', 100, statusMs, ''),
      ],
      notes: [`The first page after the verdict, which lays the rows out, took ${(firstMs / 1000).toFixed(1)} s.`],
    };
  } finally {
    await services.dispose();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Times = { median: number; most: number };

/** Forty pages all over the rows, none of them asked twice. */
async function timed(ask: (at: number) => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const started = performance.now();
    await ask((i * 0.618034) % 1);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { median: times[20]!, most: times[39]! };
}

async function watchedStatus(
  services: ReturnType<typeof createServices>,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  client: any,
  root: string,
  project: string,
): Promise<number> {
  const folder = join(root, 'many');
  for (let i = 0; i < WATCHED; i++) {
    const below = join(folder, String(i % 100));
    if (i < 100) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${i}.txt`), `file ${i}`);
  }
  await services.datasets.add({ project, paths: [folder] });
  const state = async (): Promise<string> =>
    (await client.datasets.list({ project })).datasets.find((one: { path: string }) => one.path === 'many').state;
  const until = Date.now() + 120_000;
  while ((await state()) !== 'unchanged') {
    if (Date.now() > until) throw new Error('the state of the watched folder did not come');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const started = performance.now();
  await state();
  return performance.now() - started;
}

if (import.meta.main)
  process.stdout.write(`${JSON.stringify(await measurePages(Number(process.argv[2] ?? 10_000_000)), null, 2)}\n`);
