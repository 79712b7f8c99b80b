import { readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RowFilter } from '../../../shared/contract/diffs.ts';
import { type DiffWorld, makeDiffWorld, version } from './testing.ts';

const project = 'p';
let world: DiffWorld;
const diffs = () => world.services().diffs;

beforeEach(async () => {
  world = await makeDiffWorld();
});
afterEach(() => world.dispose());

/** Twelve rows before; after: 3 and 9 changed, 5 removed, 20 added in front, 1 moved to the end. */
async function twoVersions(): Promise<{ first: string }> {
  const row = (i: number, value = `v${i}`): string => `${i},${value},${i * 10}`;
  const all = Array.from({ length: 12 }, (_, i) => i);
  world.put('data/t.csv', `id,name,x\n${all.map((i) => row(i)).join('\n')}\n`);
  await world.add('data/t.csv');
  const first = await world.commit('first');
  const now = [20, ...all.filter((i) => i !== 5 && i !== 1), 1];
  world.put(
    'data/t.csv',
    `id,name,x\n${now.map((i) => (i === 3 ? row(i, 'changed') : i === 9 ? '9,v9,91' : row(i))).join('\n')}\n`,
  );
  return { first };
}

describe('a table', () => {
  it('is compared once, saved under its versions, and pages through what changed', async () => {
    const { first } = await twoVersions();
    const opened = await world.open(version('data/t.csv', first), version('data/t.csv', null));
    expect(opened.state).toBe('running');
    const done = await world.finished(opened);
    expect(done).toMatchObject({
      state: 'done',
      before: { label: first.slice(0, 8), name: 't.csv', commit: { author: 'Ada' } },
      after: { label: 'working copy' },
      diff: { kind: 'table', verdict: 'changed', rows: { added: 1, removed: 1, changed: 2, moved: 1 } },
    });
    const { id } = done;
    expect(await world.lines(id)).toEqual(['+ 20 v20 200', '~ 3 v3→changed 30', '- 5 v5 50', '~ 9 v9 90→91']);
    expect(await world.lines(id, { context: 1 })).toEqual([
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
    expect(
      await world.lines(id, { kinds: ['unchanged', 'added', 'removed', 'changed'] }, { offset: 10, limit: 5 }),
    ).toEqual(['= 10 v10 100', '= 11 v11 110', '=! 1 v1 10']);
    expect(await world.lines(id, { kinds: ['moved'] })).toEqual(['=! 1 v1 10']);
    expect(await world.lines(id, { changedIn: ['x'] }, { columns: ['x', 'id'] })).toEqual(['~ 90→91 9']);
    expect(await world.lines(id, { columnSet: ['name'] })).toEqual(['~ 3 v3→changed 30']);
    expect(await world.lines(id, { transition: { column: 'x', from: '90', to: '91' } })).toEqual(['~ 9 v9 90→91']);
    expect(await world.lines(id, { search: 'V5' })).toEqual(['- 5 v5 50']);
    expect(await world.lines(id, { search: 'v1', kinds: ['unchanged'] })).toEqual([
      '= 10 v10 100',
      '= 11 v11 110',
      '=! 1 v1 10',
    ]);
    expect((await world.rows(id)).rows[0]).toMatchObject({ before: null, after: 0 });
    expect((await world.rows(id)).rows[2]).toMatchObject({ before: 5, after: null });
  });

  it('finds the next change, whole cells, and exports', async () => {
    const { first } = await twoVersions();
    const { id } = await world.finished(world.open(version('data/t.csv', first), version('data/t.csv', null)));
    const next = async (from: number, back = false, column: string | null = null) =>
      (
        await diffs().nextChange({
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
    expect(await diffs().cell({ project, id, before: 3, after: 3, column: 'name' })).toEqual({
      old: 'v3',
      now: 'changed',
    });
    for (const format of ['html', 'md', 'tabular', 'json'] as const) {
      const text = await (await diffs().export({ project, id, format })).text();
      expect(text).toContain('changed');
    }
    const parquet = Buffer.from(await (await diffs().export({ project, id, format: 'parquet' })).arrayBuffer());
    expect(parquet.subarray(0, 4).toString()).toBe('PAR1');
  });

  it('tells how columns drifted and what the changes have in common', async () => {
    const { first } = await twoVersions();
    const { id } = await world.finished(world.open(version('data/t.csv', first), version('data/t.csv', null)));
    const [x, name] = await diffs().columns({ project, id, columns: ['x', 'name'] });
    expect(x).toMatchObject({
      column: 'x',
      before: { rows: 12, nulls: 0, distinct: 12, min: '0', max: '110', mean: 55 },
      after: { rows: 12, max: '200' },
      drift: { test: 'Kolmogorov–Smirnov test', scale: 'p-value', threshold: 0.05, drifted: false },
    });
    const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
    expect(x?.spread?.kind === 'numeric' && [total(x.spread.before), total(x.spread.after)]).toEqual([12, 12]);
    expect(name).toMatchObject({ spread: { kind: 'category', otherBefore: 2 }, drift: { test: 'chi-square test' } });
    await expect(diffs().columns({ project, id, columns: ['none'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await diffs().patterns({ project, id })).toEqual({
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

it('finds the rows of a transition between long texts, though only their beginning is told', async () => {
  const long = 'é'.repeat(700);
  world.put('long.csv', `id,text\n1,${long}\n2,b\n`);
  const first = await world.commit('first');
  world.put('long.csv', `id,text\n1,${long}!\n2,c\n`);
  const { id } = await world.finished(world.open(version('long.csv', first), version('long.csv', null)));
  const { transitions } = await diffs().patterns({ project, id });
  const one = transitions.find(({ from }) => from?.startsWith('é'))!;
  expect(one.from).toHaveLength(500);
  const { total, rows } = await world.rows(id, { transition: one });
  expect([total, rows[0]?.before]).toEqual([1, 0]);
});

describe('a comparison', () => {
  const sides = () => [version('data/t.csv', 'HEAD'), version('data/t.csv', null)] as const;
  const savedFile = (id: string): string => join(world.root, '.assay/diffs', `${id}.json`);

  it('survives a restart: it opens at once, and its rows when they are asked for', async () => {
    await twoVersions();
    const { id } = await world.finished(world.open(...sides()));
    await world.restart();
    rmSync(join(world.root, '.assay/index.db'), { force: true });
    const again = await world.open(...sides());
    expect(again).toMatchObject({ id, state: 'done', job: null, diff: { verdict: 'changed' } });
    expect(diffs().list({ project })).toMatchObject([{ id, kind: 'table', verdict: 'changed' }]);
    expect(await world.lines(id, { changedIn: ['x'] })).toEqual(['~ 9 v9 90→91']);
    // asked of what is open now: nothing is compared once more
    const jobs = world.services().jobs.list().length;
    await world.lines(id);
    expect(world.services().jobs.list()).toHaveLength(jobs);
  });

  it('is made anew when its file is damaged', async () => {
    await twoVersions();
    const { id } = await world.finished(world.open(...sides()));
    await world.restart();
    truncateSync(savedFile(id), 500);
    expect(diffs().list({ project })).toEqual([]);
    expect(() => diffs().get({ project, id })).toThrow('no such comparison');
    expect(await world.finished(world.open(...sides()))).toMatchObject({ id, state: 'done' });
    writeFileSync(
      savedFile(id),
      readFileSync(savedFile(id), 'utf8').replace('"verdict":"changed"', '"verdict":"fine"'),
    );
    await world.restart();
    expect(await world.finished(world.open(...sides()))).toMatchObject({ state: 'done', diff: { verdict: 'changed' } });
  });

  it('is one job, however many ask at once', async () => {
    await twoVersions();
    const all = await Promise.all([world.open(...sides()), world.open(...sides()), world.open(...sides())]);
    expect(new Set(all.map((one) => one.id)).size).toBe(1);
    // the last to ask may already find the result
    for (const one of all) expect([all[0]!.job, null]).toContain(one.job);
    expect(world.services().jobs.list()).toHaveLength(1);
    await world.finished(all[0]!);
  });

  it('stops when its job is cancelled, leaves nothing, and can be begun again', async () => {
    await twoVersions();
    const opened = await world.open(...sides());
    world.services().jobs.cancel(opened.job!);
    expect(await world.finished(opened)).toMatchObject({ state: 'failed', error: expect.stringContaining('stopped') });
    expect(readdirSync(join(world.root, '.assay'))).not.toContain('diffs');
    expect(await world.finished(world.open(...sides()))).toMatchObject({ state: 'done' });
  });

  it('says that it is at work again after it failed', async () => {
    world.put('a.txt', 'one\n');
    const first = await world.commit('first');
    world.put('a.txt', 'two\n');
    const two = [version('a.txt', first), version('a.txt', null)] as const;
    const opened = await world.open(...two);
    world.services().jobs.cancel(opened.job!);
    const { id } = await world.finished(opened);
    const states: string[] = [];
    world.services().events.listen(({ topic }) => topic === 'diffs' && states.push(diffs().get({ project, id }).state));
    await world.finished(world.open(...two));
    expect(states).toEqual(['running', 'done']);
  });

  it('has the same id of what git itself holds, however often that is used', async () => {
    world.put('a.csv', 'id,x\n1,a\n');
    world.put('d/b.txt', 'b');
    const first = await world.commit('first');
    world.put('a.csv', 'id,x\n1,b\n');
    world.put('d/b.txt', 'c');
    const second = await world.commit('second');
    for (const path of ['a.csv', 'd']) {
      const both = [version(path, first), version(path, second)] as const;
      const { id } = await world.finished(world.open(...both));
      const blobs = join(world.root, '.assay/cache/blobs');
      const long = new Date(Date.now() - 90 * 86_400_000);
      for (const name of readdirSync(blobs, { recursive: true, encoding: 'utf8' }))
        utimesSync(join(blobs, name), long, long);
      await world.restart();
      expect(await world.open(...both)).toMatchObject({ id, state: 'done', job: null });
      if (path === 'a.csv') expect(await world.lines(id)).toEqual(['~ 1 a→b']);
    }
  });

  it('has another id when the data, the key or the tolerance is another, and the same under another name of the version', async () => {
    const { first } = await twoVersions();
    const { id } = await world.finished(world.open(...sides()));
    const named = await world.open(version('data/t.csv', first), version('data/t.csv', null));
    expect(named).toMatchObject({ id, state: 'done', before: { label: first.slice(0, 8) } });
    const others = [
      await world.open(...sides(), { key: ['id'] }),
      await world.open(...sides(), { tolerance: { x: { kind: 'abs', value: 2 } } }),
    ];
    for (const other of others) await world.finished(other);
    expect((await world.finished(others[1]!)).diff).toMatchObject({ rows: { changed: 1 } });
    world.put('data/t.csv', 'id,name,x\n1,a,1\n');
    const changed = await world.open(...sides());
    expect(new Set([id, ...others.map((one) => one.id), changed.id]).size).toBe(4);
    await world.finished(changed);
    await world.restart();
    await expect(world.rows(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('changed'),
    });
  });

  it('shows no rows of other data than was compared, even while it is open', async () => {
    await twoVersions();
    // its hash is remembered
    await world.add('data/t.csv');
    const now = readFileSync(join(world.root, 'data/t.csv'), 'utf8');
    const { id } = await world.finished(world.open(...sides()));
    expect(await world.lines(id, { changedIn: ['x'] })).toEqual(['~ 9 v9 90→91']);
    world.put('data/t.csv', now.replace('9,v9,91', '9,v9,92'));
    const changed = expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining('changed') });
    await expect(world.rows(id)).rejects.toEqual(changed);
    await expect(diffs().openDiff({ project, id })).rejects.toEqual(changed);
  });

  it('keeps no result of data that changed while it was compared', async () => {
    await twoVersions();
    const opened = await world.open(...sides());
    // what was found is not what will be read
    world.put('data/t.csv', 'id,name,x\n1,other,1\n');
    expect(await world.finished(opened)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('changed while'),
    });
    expect(diffs().list({ project })).toEqual([]);
  });

  it('says what must be fetched, and what does not go together', async () => {
    await twoVersions();
    world.put('folder/a.txt', 'a');
    const mixed = await world.finished(world.open(version('folder', null), version('data/t.csv', null)));
    expect(mixed).toMatchObject({ state: 'failed', error: expect.stringContaining('folder') });
    rmSync(join(world.root, '.dvc/cache'), { recursive: true });
    await expect(world.open(...sides())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('assay data fetch data/t.csv --rev HEAD'),
    });
    const bad = await world.finished(
      world.open(version('data/t.csv', null), version('data/t.csv', null), { key: ['no'] }),
    );
    expect(bad).toMatchObject({ state: 'failed', error: expect.stringContaining('no key column') });
  });

  it('is forgotten with its file; ids that are none do no harm', async () => {
    await twoVersions();
    const { id } = await world.finished(world.open(...sides()));
    diffs().forget({ project, id });
    expect(() => diffs().get({ project, id })).toThrow('no such comparison');
    for (const hostile of ['../../data/t.csv', '..', `${id}/..`, '\0']) {
      expect(() => diffs().get({ project, id: hostile })).toThrow('no such comparison');
      diffs().forget({ project, id: hostile });
    }
    expect(readdirSync(join(world.root, 'data'))).toContain('t.csv');
  });
});

it('shows two texts, and where two documents differ', async () => {
  world.put('a.json', '{"a": [1, 2], "b": "x"}');
  const first = await world.commit('first');
  world.put('a.json', '{"b": "y", "a": [1, 2]}\n');
  const done = await world.finished(world.open(version('a.json', first), version('a.json', null)));
  expect(done.diff).toMatchObject({
    kind: 'text',
    verdict: 'changed',
    document: [{ path: 'b', status: 'changed', before: '"x"', after: '"y"' }],
  });
  expect(await diffs().texts({ project, id: done.id })).toEqual({
    before: '{"a": [1, 2], "b": "x"}',
    after: '{"b": "y", "a": [1, 2]}\n',
    cut: false,
  });
  await expect(diffs().export({ project, id: done.id, format: 'parquet' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  await expect(world.rows(done.id)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  world.put('a.json', '{"b":"x","a":[1,2]}');
  const same = await world.finished(world.open(version('a.json', first), version('a.json', null)));
  expect(same.diff).toMatchObject({ verdict: 'identical_data', document: [] });
});

it('cuts the entries of a folder, and gives its sides to who looks into them', async () => {
  for (let i = 0; i < 250; i++) world.put(`d/${i}.txt`, `${i}`);
  await world.add('d');
  const first = await world.commit('first');
  for (let i = 0; i < 250; i++) world.put(`d/${i}.txt`, `${i} now`);
  const done = await world.finished(world.open(version('d', first), version('d', null)));
  expect(done.diff).toMatchObject({ kind: 'folder', files: { changed: 250 } });
  expect(done.diff?.kind === 'folder' && done.diff.entries).toHaveLength(200);
  const whole = await diffs().openDiff({ project, id: done.id });
  expect(whole.diff.kind === 'folder' && whole.diff.entries).toHaveLength(250);
  expect(whole.before.kind === 'folder' && whole.before.files).toHaveLength(250);
});
