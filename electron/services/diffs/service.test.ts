import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DiffSettings,
  type OpenedDiff,
  RowFilter,
  DiffSettings as Settings,
} from '../../../shared/contract/diffs.ts';
import type { DataSide } from '../../../shared/contract/tables.ts';
import { systemClock } from '../../platform/clock.ts';
import { silentLog } from '../../platform/log.ts';
import { createDatasets } from '../datasets/service.ts';
import { createEvents } from '../events.ts';
import { createGit } from '../git/service.ts';
import { createJobs } from '../jobs/service.ts';
import { createDiffs, type Diffs } from './service.ts';

const author = { name: 'Ada', email: 'ada@example.invalid' };
const project = 'p';
let top: string;
let root: string;
let world: ReturnType<typeof makeWorld>;
let diffs: Diffs;

function makeWorld() {
  const projects = { get: () => ({ root }) };
  const events = createEvents();
  const git = createGit({ log: silentLog });
  const datasets = createDatasets({ projects, git } as never);
  const jobs = createJobs({ folder: join(top, 'home'), events, log: silentLog, clock: systemClock });
  const made = createDiffs({ projects, datasets, jobs, events, log: silentLog, clock: systemClock });
  return {
    git,
    datasets,
    jobs,
    events,
    diffs: made,
    async dispose(): Promise<void> {
      await jobs.dispose();
      await made.dispose();
      await datasets.dispose();
      await git.dispose();
    },
  };
}

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const version = (path: string, rev: string | null): DataSide => ({ kind: 'version', path, rev });
const open = (before: DataSide, after: DataSide, settings: Partial<DiffSettings> = {}): Promise<OpenedDiff> =>
  diffs.open({ project, before, after, settings: Settings.parse(settings) });

/** The comparison when its job has ended. */
async function finished(opened: OpenedDiff): Promise<OpenedDiff> {
  if (opened.job) for await (const _ of world.jobs.watch(opened.job));
  return diffs.get({ project, id: opened.id });
}

const rows = (
  id: string,
  filter: Partial<RowFilter> = {},
  more: { offset?: number; limit?: number; columns?: string[] } = {},
) => diffs.rows({ project, id, filter: RowFilter.parse(filter), offset: 0, limit: 100, ...more });

/** One line for each row: `~` changed, `+`, `-`, `=`, with `!` where it moved; cells as `old→now` where they changed. */
async function lines(
  id: string,
  filter: Partial<RowFilter> = {},
  more: Parameters<typeof rows>[2] = {},
): Promise<string[]> {
  const page = await rows(id, filter, more);
  return page.rows.map(({ kind, moved, cells, skipped }) => {
    if (kind === 'gap') return `… ${skipped}`;
    const sign = { changed: '~', added: '+', removed: '-', unchanged: '=' }[kind];
    const shown = cells.map(({ old, now, changed }) =>
      changed ? `${old}→${now}` : String(now === undefined ? old : now),
    );
    return `${sign}${moved ? '!' : ''} ${shown.join(' ')}`;
  });
}

beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'assay diffs "ü" '));
  root = join(top, 'project');
  mkdirSync(root);
  world = makeWorld();
  diffs = world.diffs;
  await world.git.init(root);
});

afterEach(async () => {
  await world.dispose();
  rmSync(top, { recursive: true, force: true });
});

/** Twelve rows before; after: 3 and 9 changed, 5 removed, 20 added in front, 1 moved to the end. */
async function twoVersions(): Promise<{ first: string }> {
  const row = (i: number, value = `v${i}`): string => `${i},${value},${i * 10}`;
  const all = Array.from({ length: 12 }, (_, i) => i);
  put('data/t.csv', `id,name,x\n${all.map((i) => row(i)).join('\n')}\n`);
  await world.datasets.add({ project, paths: [join(root, 'data/t.csv')] });
  const first = (await world.git.commitAll(root, 'first', author))!;
  const now = [20, ...all.filter((i) => i !== 5 && i !== 1), 1];
  put(
    'data/t.csv',
    `id,name,x\n${now.map((i) => (i === 3 ? row(i, 'changed') : i === 9 ? '9,v9,91' : row(i))).join('\n')}\n`,
  );
  return { first };
}

describe('a table', () => {
  it('is compared once, saved under its versions, and pages through what changed', async () => {
    const { first } = await twoVersions();
    const opened = await open(version('data/t.csv', first), version('data/t.csv', null));
    expect(opened.state).toBe('running');
    const done = await finished(opened);
    expect(done).toMatchObject({
      state: 'done',
      before: { label: first.slice(0, 8), name: 't.csv', commit: { author: 'Ada' } },
      after: { label: 'working copy' },
      diff: { kind: 'table', verdict: 'changed', rows: { added: 1, removed: 1, changed: 2, moved: 1 } },
    });
    const { id } = done;
    expect(await lines(id)).toEqual(['+ 20 v20 200', '~ 3 v3→changed 30', '- 5 v5 50', '~ 9 v9 90→91']);
    expect(await lines(id, { context: 1 })).toEqual([
      '+ 20 v20 200',
      '= 0 v0 0',
      '= 2 v2 20',
      '~ 3 v3→changed 30',
      '= 4 v4 40',
      '- 5 v5 50',
      '= 6 v6 60',
      '… 1',
      '= 8 v8 80',
      '~ 9 v9 90→91',
      '= 10 v10 100',
      '… 2',
    ]);
    expect(await lines(id, { kinds: ['unchanged', 'added', 'removed', 'changed'] }, { offset: 10, limit: 5 })).toEqual([
      '= 10 v10 100',
      '= 11 v11 110',
      '=! 1 v1 10',
    ]);
    expect(await lines(id, { kinds: ['moved'] })).toEqual(['=! 1 v1 10']);
    expect(await lines(id, { changedIn: ['x'] }, { columns: ['x', 'id'] })).toEqual(['~ 90→91 9']);
    expect(await lines(id, { columnSet: ['name'] })).toEqual(['~ 3 v3→changed 30']);
    expect(await lines(id, { transition: { column: 'x', from: '90', to: '91' } })).toEqual(['~ 9 v9 90→91']);
    expect(await lines(id, { search: 'V5' })).toEqual(['- 5 v5 50']);
    expect(await lines(id, { search: 'v1', kinds: ['unchanged'] })).toEqual([
      '= 10 v10 100',
      '= 11 v11 110',
      '=! 1 v1 10',
    ]);
    expect((await rows(id)).rows[0]).toMatchObject({ before: null, after: 0 });
    expect((await rows(id)).rows[2]).toMatchObject({ before: 5, after: null });
  });

  it('finds the next change, whole cells, and exports', async () => {
    const { first } = await twoVersions();
    const { id } = await finished(await open(version('data/t.csv', first), version('data/t.csv', null)));
    const next = async (from: number, back = false, column: string | null = null) =>
      (
        await diffs.nextChange({
          project,
          id,
          filter: RowFilter.parse({ kinds: ['added', 'removed', 'changed', 'unchanged'] }),
          from,
          back,
          column,
        })
      ).index;
    expect([await next(-1), await next(0), await next(3), await next(5), await next(9)]).toEqual([0, 3, 5, 9, null]);
    expect([await next(9, true), await next(3, true), await next(0, true)]).toEqual([5, 0, null]);
    expect([await next(-1, false, 'x'), await next(-1, false, 'name')]).toEqual([9, 3]);
    expect(await diffs.cell({ project, id, before: 3, after: 3, column: 'name' })).toEqual({
      old: 'v3',
      now: 'changed',
    });
    for (const format of ['html', 'md', 'tabular', 'json'] as const) {
      const text = await (await diffs.export({ project, id, format })).text();
      expect(text).toContain('changed');
    }
    const parquet = Buffer.from(await (await diffs.export({ project, id, format: 'parquet' })).arrayBuffer());
    expect(parquet.subarray(0, 4).toString()).toBe('PAR1');
  });

  it('tells how columns drifted and what the changes have in common', async () => {
    const { first } = await twoVersions();
    const { id } = await finished(await open(version('data/t.csv', first), version('data/t.csv', null)));
    const [x, name] = await diffs.columns({ project, id, columns: ['x', 'name'] });
    expect(x).toMatchObject({
      column: 'x',
      before: { rows: 12, nulls: 0, distinct: 12, min: '0', max: '110', mean: 55 },
      after: { rows: 12, max: '200' },
      drift: { test: 'Kolmogorov–Smirnov test', scale: 'p-value', threshold: 0.05, drifted: false },
    });
    const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
    expect(x?.spread?.kind === 'numeric' && [total(x.spread.before), total(x.spread.after)]).toEqual([12, 12]);
    expect(name).toMatchObject({ spread: { kind: 'category', otherBefore: 2 }, drift: { test: 'chi-square test' } });
    await expect(diffs.columns({ project, id, columns: ['none'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await diffs.patterns({ project, id })).toEqual({
      columnSets: [
        { columns: ['name'], rows: 1 },
        { columns: ['x'], rows: 1 },
      ],
      transitions: [
        { column: 'name', from: 'v3', to: 'changed', cells: 1 },
        { column: 'x', from: '90', to: '91', cells: 1 },
      ],
      named: [],
    });
  });
});
