import { describe, expect, it } from 'vitest';
import type { RunColumns, RunRow } from '../../../shared/contract/runs.ts';
import { columnOf, defaultColumns, durationOf, metricId, neededKeys, splitMetric, textParams } from './columns.ts';
import { testRow } from './testing.ts';

const text = (id: string, row: RunRow, now = 0): string | undefined => columnOf(id)?.text(row, now);
const full = (id: string, row: RunRow, now = 0): string | undefined => columnOf(id)?.full(row, now);

describe('columnOf', () => {
  it('shows the chosen part of a metric, with every digit in full', () => {
    const row = testRow({ metrics: { 'val/acc': { last: 0.123456789, min: 0.1, max: 0.9, step: 9, count: 10 } } });
    expect(text('metric:val/acc', row)).toBe('0.1235');
    expect(full('metric:val/acc', row)).toBe('0.123456789');
    expect(text('metric:val/acc:min', row)).toBe('0.1');
    expect(text('metric:val/acc:max', row)).toBe('0.9');
    expect(text('metric:other', row)).toBe('');
    expect(columnOf('metric:val/acc:max')).toMatchObject({
      title: 'val/acc max',
      sort: 'metric:val/acc:max',
      align: 'right',
    });
  });

  it('says NaN and infinity', () => {
    const row = testRow({
      metrics: { loss: { last: Number.NaN, min: 1, max: Number.POSITIVE_INFINITY, step: 1, count: 2 } },
    });
    expect(text('metric:loss', row)).toBe('NaN');
    expect(full('metric:loss:max', row)).toBe('Infinity');
  });

  it('writes params as a person did, and lists as JSON', () => {
    const row = testRow({ params: { lr: 0.1, model: 'vit', layers: [1, 2], off: false, none: null } });
    expect(['lr', 'model', 'layers', 'off', 'none', 'absent'].map((key) => text(`param:${key}`, row))).toEqual([
      '0.1',
      'vit',
      '[1,2]',
      'false',
      'null',
      '',
    ]);
  });

  it('knows no columns that mean nothing', () => {
    expect(columnOf('toString')).toBeUndefined();
    expect(columnOf('metric:')).toBeUndefined();
    expect(columnOf('nonsense')).toBeUndefined();
  });

  it('tells a commit with changes from a clean one', () => {
    const row = testRow({ git: { commit: 'a94c1f03be97cc0d', branch: 'main', dirty: true } });
    expect(text('commit', row)).toBe('a94c1f0');
    expect(full('commit', row)).toBe('a94c1f03be97cc0d with uncommitted changes');
  });
});

describe('metric ids', () => {
  it('take keys with colons', () => {
    for (const [key, part] of [
      ['a:min', 'last'],
      ['a:min', 'max'],
      ['x:y', 'min'],
      ['loss', 'last'],
    ] as const) {
      expect(splitMetric(metricId(key, part).slice(7))).toEqual({ key, part });
    }
  });
});

describe('durationOf', () => {
  it('runs on while the run does, and ends with its end or its last sign of life', () => {
    expect(durationOf(testRow({ status: 'running', startedAt: 1000, endedAt: null }), 5000)).toBe(4000);
    expect(durationOf(testRow({ status: 'finished', startedAt: 1000, endedAt: 2500 }), 9000)).toBe(1500);
    expect(durationOf(testRow({ status: 'lost', startedAt: 1000, endedAt: null, lastSeenAt: 4000 }), 9000)).toBe(3000);
    expect(durationOf(testRow({ status: 'queued', startedAt: null }), 9000)).toBeNull();
  });
});

describe('neededKeys', () => {
  it('names each metric and param once', () => {
    expect(neededKeys(['status', 'metric:loss', 'metric:loss:min', 'param:lr', 'tag:x'])).toEqual({
      metrics: ['loss'],
      params: ['lr'],
    });
  });
});

describe('defaultColumns', () => {
  const keys = (...names: string[]) => names.map((key) => ({ key, runs: 5 }));
  const known: RunColumns = {
    metrics: keys('epoch', 'lr', 'system/cpu', 'train/loss', 'val/acc', 'val/loss', 'rank1/val/loss', 'grad'),
    params: keys('lr', 'seed'),
    tags: [],
    experiments: keys('a', 'b'),
  };
  it('prefers metrics of validation, shows params that differ and leaves the machine out', () => {
    const ids = defaultColumns(known, [
      testRow({ params: { lr: 0.1, seed: 1 } }),
      testRow({ params: { lr: 0.2, seed: 1 } }),
    ]);
    const metrics = ids.filter((id) => id.startsWith('metric:'));
    expect(metrics.slice(0, 3)).toEqual(['metric:val/acc', 'metric:val/loss', 'metric:train/loss']);
    expect(ids).not.toContain('metric:system/cpu');
    expect(ids).toContain('param:lr');
    expect(ids).not.toContain('param:seed');
    expect(ids).toContain('experiment');
  });
  it('says something of a project without runs', () => {
    expect(defaultColumns({ metrics: [], params: [], tags: [], experiments: [] }, [])).toEqual([
      'status',
      'startedAt',
      'duration',
      'commit',
    ]);
  });
});

describe('textParams', () => {
  it('finds params with texts in them', () => {
    expect([...textParams([testRow({ params: { lr: 1, model: 'vit' } })])]).toEqual(['param:model']);
  });
});
