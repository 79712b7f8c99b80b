import { describe, expect, it, vi } from 'vitest';
import { type Column, columnOf } from './columns.ts';
import { patchRow } from './patch-row.ts';
import { pickerEntries } from './picker-entries.ts';
import { runsCsv } from './runs-csv.ts';
import { moveColumn, readView, USUAL_VIEW } from './table-view.ts';
import { testRow } from './testing.ts';
import { toggleDrawn } from './use-drawn-runs.ts';
import { pagesFor } from './use-run-pages.ts';
import { actionOf, type TableKeys } from './use-table-keys.ts';

describe('readView', () => {
  it('takes what was written and ignores what is wrong', () => {
    const view = {
      columns: ['status', 'metric:loss'],
      pinned: ['status'],
      widths: { name: 300 },
      sort: { key: 'name', desc: false },
    };
    expect(readView(view)).toEqual(view);
    expect(
      readView({ columns: ['status', 'nonsense', 4], widths: { name: -5, status: 'wide' }, sort: 'name' }),
    ).toEqual({
      ...USUAL_VIEW,
      columns: ['status'],
    });
    expect(readView(null)).toEqual(USUAL_VIEW);
  });
});

describe('moveColumn', () => {
  it('puts a column before another one, or last', () => {
    expect(moveColumn(['a', 'b', 'c'], 'c', 'a')).toEqual(['c', 'a', 'b']);
    expect(moveColumn(['a', 'b', 'c'], 'a', null)).toEqual(['b', 'c', 'a']);
    expect(moveColumn(['a', 'b', 'c'], 'b', 'b')).toEqual(['a', 'b', 'c']);
    expect(moveColumn(['a', 'b'], 'a', 'unknown')).toEqual(['a', 'b']);
  });
});

describe('runsCsv', () => {
  it('has every digit, ISO times, and no formulas', () => {
    const columns = ['name', 'startedAt', 'duration', 'metric:loss', 'param:lr'].map(columnOf) as Column[];
    const row = testRow({
      name: '=HYPERLINK("x"), y',
      params: { lr: -0.1 },
      metrics: { loss: { last: 0.1 + 0.2, min: 0, max: 1, step: 1, count: 1 } },
    });
    expect(runsCsv(columns, [row], 0).split('\r\n')).toEqual([
      'id,Name,Started,Duration,metric:loss,param:lr',
      `${row.id},"'=HYPERLINK(""x""), y",1970-01-01T00:00:01.000Z,2,0.30000000000000004,-0.1`,
      '',
    ]);
  });
});

describe('pickerEntries', () => {
  const known = {
    metrics: [{ key: 'val/loss', runs: 3 }],
    params: [{ key: 'lr', runs: 2 }],
    tags: [],
    experiments: [],
  };
  it('groups what can be a column, and offers the parts of a metric', () => {
    const entries = pickerEntries(known, '');
    expect(entries[0]).toEqual({ type: 'title', text: 'Metrics' });
    expect(entries[1]).toMatchObject({ key: 'val/loss', ids: { min: 'metric:val/loss:min' } });
    expect(entries.some((entry) => entry.type === 'column' && entry.id === 'name')).toBe(false);
  });
  it('leaves out groups in which nothing fits', () => {
    expect(pickerEntries(known, 'LOSS').map((entry) => entry.type)).toEqual(['title', 'metric']);
  });
});

describe('patchRow', () => {
  it('changes what is given and takes tags of null away', () => {
    const row = patchRow(testRow({ tags: { a: '1', b: '2' } }), { starred: true, tags: { a: null, c: '3' } });
    expect(row).toMatchObject({ starred: true, name: 'run', tags: { b: '2', c: '3' } });
    expect(row.tags).not.toHaveProperty('a');
  });
});

describe('pagesFor', () => {
  it('holds the first page and those on the screen', () => {
    expect(pagesFor(0, 40)).toEqual([0]);
    expect(pagesFor(90, 130)).toEqual([0, 1]);
    expect(pagesFor(5020, 5130)).toEqual([0, 50, 51]);
  });
});

describe('toggleDrawn', () => {
  it('takes what was drawn by itself as a choice', () => {
    expect(toggleDrawn(['a', 'b'], 'b')).toEqual(['a']);
    expect(toggleDrawn(['a', 'b'], 'c')).toEqual(['a', 'b', 'c']);
  });
});

describe('actionOf', () => {
  const names = [
    'move',
    'moveTo',
    'page',
    'draw',
    'check',
    'checkAll',
    'star',
    'rename',
    'open',
    'remove',
    'escape',
    'filter',
  ];
  const keys = Object.fromEntries(names.map((name) => [name, vi.fn()])) as unknown as TableKeys;
  const press = (key: string, busy = false, more = {}) =>
    actionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...more }, keys, busy);

  it('moves with j and k and arrows, and extends with Shift', () => {
    press('j')?.();
    press('ArrowUp', false, { shiftKey: true })?.();
    expect(keys.move).toHaveBeenNthCalledWith(1, 1, false);
    expect(keys.move).toHaveBeenNthCalledWith(2, -1, true);
  });
  it('leaves a control the keys it has a use for', () => {
    expect(press('ArrowDown', true)).toBeUndefined();
    expect(press('Enter', true)).toBeUndefined();
    expect(press(' ', true)).toBeUndefined();
    expect(press('s', true)).toBe(keys.star);
  });
  it('does not take the keys of the browser and the page', () => {
    expect(press('k', false, { ctrlKey: true })).toBeUndefined();
    expect(press('n')).toBeUndefined();
    expect(press('a', false, { ctrlKey: true })).toBe(keys.checkAll);
  });
});
