import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { insertRun } from '../../testing/insert-run.ts';
import { makeProject, type TestProject } from '../../testing/make-project.ts';
import { readRows } from './rows.ts';
import { columns, findPage, idsLike, idsNamed, type PageQuery, removeRuns, runStates } from './store.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => project.dispose());

const NOW = 1_790_000_100_000;
function page(query: Partial<PageQuery> & { key?: string; desc?: boolean } = {}): { total: number; names: string } {
  const { key = 'createdAt', desc = true, ...rest } = query;
  const { total, pks } = findPage(project.db, {
    filter: { type: 'all' },
    deleted: false,
    offset: 0,
    limit: 100,
    now: NOW,
    ...rest,
    sort: { key, desc },
  });
  return {
    total,
    names: readRows(project.db, pks, { metrics: [], params: [] })
      .map((row) => row.name)
      .join(' '),
  };
}

describe('sorting', () => {
  test('missing values and NaN come last both ways, on every page', () => {
    insertRun(project.db, { name: 'none' });
    insertRun(project.db, { name: 'nan', metrics: { loss: [Number.NaN, 2, 2] } });
    insertRun(project.db, { name: 'low', metrics: { loss: [1, 1, 9] } });
    insertRun(project.db, { name: 'high', metrics: { loss: [Number.POSITIVE_INFINITY, 0, 5] } });
    expect(page({ key: 'metric:loss', desc: false }).names).toBe('low high none nan');
    expect(page({ key: 'metric:loss', desc: true }).names).toBe('high low nan none');
    expect(page({ key: 'metric:loss:min', desc: false }).names).toBe('high low nan none');
    expect(page({ key: 'metric:loss:max', desc: true }).names).toBe('low high nan none');
    for (const desc of [false, true]) {
      const whole = page({ key: 'metric:loss', desc }).names.split(' ');
      const single = whole.map((_, offset) => page({ key: 'metric:loss', desc, offset, limit: 1 }));
      expect(single.map((one) => one.names)).toEqual(whole);
      expect(single.every((one) => one.total === 4)).toBe(true);
      expect(page({ key: 'metric:loss', desc, offset: 1, limit: 2 }).names.split(' ')).toEqual(whole.slice(1, 3));
    }
  });

  test('deep pages have the same order as those that walk the index', () => {
    project.db.transaction(() => {
      for (let i = 0; i < 1300; i++)
        insertRun(project.db, {
          name: `r${i}`,
          metrics: i % 4 === 0 ? {} : { loss: i % 7 === 0 ? Number.NaN : i % 50 },
        });
    })();
    for (const desc of [false, true]) {
      const walked = page({ key: 'metric:loss', desc, offset: 950, limit: 100 }).names.split(' ');
      const sorted = page({ key: 'metric:loss', desc, offset: 1000, limit: 100 }).names.split(' ');
      expect(walked.slice(50)).toEqual(sorted.slice(0, 50));
    }
  });

  test('params: numbers by size, then texts; missing and null last', () => {
    insertRun(project.db, { name: 'ten', params: { p: 10 } });
    insertRun(project.db, { name: 'nine', params: { p: 9 } });
    insertRun(project.db, { name: 'b', params: { p: 'b' } });
    insertRun(project.db, { name: 'A', params: { p: 'A' } });
    insertRun(project.db, { name: 'null', params: { p: null } });
    insertRun(project.db, { name: 'none' });
    expect(page({ key: 'param:p', desc: false }).names).toMatch(/^nine ten A b /);
    expect(page({ key: 'param:p', desc: true }).names).toMatch(/^ten nine b A /);
  });

  test('every other key of the contract', () => {
    insertRun(project.db, {
      name: 'b',
      experiment: 'X',
      status: 'running',
      createdAt: 2000,
      startedAt: NOW - 5000,
      tags: { t: 'z' },
      git: { commit: null, branch: 'a', dirty: null },
    });
    insertRun(project.db, {
      name: 'A',
      experiment: 'y',
      createdAt: 1000,
      startedAt: 1000,
      endedAt: 2000,
      starred: true,
      tags: { t: 'Y' },
    });
    const first = (key: string, desc: boolean): string => page({ key, desc }).names[0]!;
    expect(
      ['name', 'createdAt', 'startedAt', 'endedAt', 'duration', 'status', 'tag:t']
        .map((key) => first(key, false))
        .join(''),
    ).toBe('AAAAAAA');
    expect(
      ['name', 'createdAt', 'startedAt', 'duration', 'status', 'tag:t'].map((key) => first(key, true)).join(''),
    ).toBe('bbbbbb');
    expect(
      [first('experiment', false), first('starred', true), first('branch', true), first('branch', false)].join(''),
    ).toBe('bAbb');
    expect(first('endedAt', true)).toBe('A');
    expect(page({ key: 'host' }).total).toBe(2);
  });

  test('an unknown key is a sentence, not SQL', () => {
    for (const key of ['nope', 'metric:', 'name; DROP TABLE runs', 'constructor']) {
      expect(() => page({ key })).toThrow(AppError);
    }
    expect(page({ key: `metric:x' OR 1=1 --` }).total).toBe(0);
  });
});

test('pages, totals and the trash', () => {
  for (let i = 0; i < 5; i++) insertRun(project.db, { name: `r${i}`, createdAt: 1000 + i });
  insertRun(project.db, { name: 'gone', deletedAt: 5 });
  expect(page()).toEqual({ total: 5, names: 'r4 r3 r2 r1 r0' });
  expect(page({ offset: 3, limit: 2 })).toEqual({ total: 5, names: 'r1 r0' });
  expect(page({ offset: 4, limit: 2 })).toEqual({ total: 5, names: 'r0' });
  expect(page({ offset: 50 })).toEqual({ total: 5, names: '' });
  expect(page({ deleted: true })).toEqual({ total: 1, names: 'gone' });
});

describe('rows', () => {
  test('NaN is given back as NaN, and only the asked columns come', () => {
    const id = insertRun(project.db, {
      metrics: { loss: [Number.NaN, 1, 2], only: Number.NaN, inf: Number.NEGATIVE_INFINITY },
      params: { lr: 0.1, nested: { a: [1] }, __proto__x: 1 },
      tags: { a: 'b' },
      git: { commit: 'c', branch: null, dirty: false },
    });
    const { pks } = findPage(project.db, {
      filter: { type: 'all' },
      deleted: false,
      sort: { key: 'name', desc: false },
      offset: 0,
      limit: 1,
      now: NOW,
    });
    const all = readRows(project.db, pks, {})[0]!;
    expect(all).toMatchObject({
      id,
      metrics: {
        loss: { last: Number.NaN, min: 1, max: 2, step: 2, count: 3 },
        only: { last: Number.NaN, min: Number.NaN, max: Number.NaN },
        inf: { last: Number.NEGATIVE_INFINITY },
      },
      params: { lr: 0.1, nested: { a: [1] } },
      tags: { a: 'b' },
      command: ['python', 'train.py'],
      git: { commit: 'c', branch: null, dirty: false },
    });
    expect(readRows(project.db, pks, { metrics: ['loss', 'no'], params: [] })[0]).toMatchObject({
      metrics: { loss: { min: 1 } },
      params: {},
    });
    expect(Object.keys(readRows(project.db, pks, { metrics: ['loss'], params: ['lr'] })[0]!.metrics)).toEqual(['loss']);
  });

  test('of a run with 10,000 metrics only the asked one is read, and the picker offers 5,000', () => {
    insertRun(project.db, { metrics: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`m${i}`, i])) });
    const { pks } = findPage(project.db, {
      filter: { type: 'all' },
      deleted: false,
      sort: { key: 'metric:m7', desc: true },
      offset: 0,
      limit: 1,
      now: NOW,
    });
    expect(Object.keys(readRows(project.db, pks, { metrics: ['m5'], params: [] })[0]!.metrics)).toEqual(['m5']);
    expect(columns(project.db).metrics).toHaveLength(5000);
  });
});

test('columns count the runs that are not in the trash', () => {
  insertRun(project.db, { experiment: 'a', metrics: { m10: 1, m9: 1 }, params: { p: 1 }, tags: { t: '1' } });
  insertRun(project.db, { experiment: 'a', metrics: { m9: 1 } });
  insertRun(project.db, { experiment: 'b', metrics: { m9: 1, gone: 1 }, params: { q: 1 }, deletedAt: 1 });
  expect(columns(project.db)).toEqual({
    metrics: [
      { key: 'm9', runs: 2 },
      { key: 'm10', runs: 1 },
    ],
    params: [{ key: 'p', runs: 1 }],
    tags: [{ key: 't', runs: 1 }],
    experiments: [{ key: 'a', runs: 2 }],
  });
});

test('ids by their ends and by name; states; removal takes all that hangs on a run', () => {
  const a = insertRun(project.db, {
    id: `0198${'0'.repeat(24)}beef`,
    name: 'x',
    createdAt: 1,
    metrics: { m: 1 },
    params: { p: 1 },
  });
  const b = insertRun(project.db, { id: `0198${'0'.repeat(24)}cafe`, name: 'x', createdAt: 2, deletedAt: 3 });
  expect(idsLike(project.db, 'beef')).toEqual([a]);
  expect(idsLike(project.db, '0198')).toEqual([a, b]);
  expect(idsNamed(project.db, 'x')).toEqual([b, a]);
  const states = runStates(project.db, [b, a, 'f'.repeat(32)]);
  expect(states.map(({ id, deleted }) => [id, deleted])).toEqual([
    [b, true],
    [a, false],
  ]);
  removeRuns(
    project.db,
    states.map((state) => state.pk),
  );
  for (const table of ['runs', 'series', 'params']) {
    expect(project.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  }
});
