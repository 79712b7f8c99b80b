import { describe, expect, test } from 'vitest';
import { onlyQuestion, questionOf, rowFilterOf, usualKinds, validateDiffSearch } from './diff-search.ts';
import { tableDiff } from './testing.ts';

const SIDES = { before: 'rev:v1:data/a.csv', after: 'work:data/a.csv' };

describe('the place in the address', () => {
  test('comes back as it was written', () => {
    const full = {
      ...SIDES,
      key: ['id', 'day'],
      tolerance: '1e-9,price=rel:0.01',
      text: true as const,
      up: ['work:data', 'rev:v1:data'] as [string, string],
      show: ['added', 'moved'] as const,
      in: ['price'],
      set: ['price', 'city'],
      was: { column: 'city', from: null, to: '' },
      q: 'x',
      around: 3,
      cols: ['price'],
      view: 'split' as const,
      order: 'table' as const,
      at: 'images/cats',
      tab: 'images',
      status: ['renamed'] as const,
    };
    expect(validateDiffSearch(full)).toEqual(full);
  });

  test('nonsense is left out', () => {
    expect(
      validateDiffSearch({
        before: 'elsewhere:x',
        after: 3,
        key: [1, ''],
        tolerance: 'a=b',
        text: 'no',
        up: ['work:x'],
        show: ['all'],
        was: { column: 'a', from: 1, to: null },
        around: -2,
        view: 'upside-down',
        order: 'random',
        tab: '<b>',
        status: {},
      }),
    ).toEqual({});
  });

  test('what a person types into an address is understood', () => {
    expect(validateDiffSearch({ key: 'id,day', tolerance: 0.001, text: 'true', q: 7 })).toEqual({
      key: ['id', 'day'],
      tolerance: '0.001',
      text: true,
      q: '7',
    });
  });
});

test('both sides make a question', () => {
  expect(questionOf({ before: SIDES.before })).toBeNull();
  expect(questionOf({ ...SIDES, tolerance: 'p=rel:0.1', key: ['id'] })).toEqual({
    before: { kind: 'version', path: 'data/a.csv', rev: 'v1' },
    after: { kind: 'version', path: 'data/a.csv', rev: null },
    settings: { key: ['id'], tolerance: { p: { kind: 'rel', value: 0.1 } }, text: false },
  });
});

test('rows are added, removed and changed ones unless the address says otherwise', () => {
  const { rows } = tableDiff();
  expect(rowFilterOf({}, rows).kinds).toEqual(['added', 'removed', 'changed']);
  expect(rowFilterOf({ show: ['moved'], around: 2, in: ['a'] }, rows)).toMatchObject({
    kinds: ['moved'],
    context: 2,
    changedIn: ['a'],
  });
});

test('without changed rows the moved ones are shown, and without those all of them', () => {
  const none = { added: 0, removed: 0, changed: 0 };
  expect(usualKinds(tableDiff({ rows: { ...none, moved: 2 } }).rows)).toEqual(['moved']);
  expect(usualKinds(tableDiff({ rows: none }).rows)).toEqual(['unchanged']);
});

test('filters do not follow into another comparison', () => {
  expect(onlyQuestion({ ...SIDES, key: ['id'], q: 'x', in: ['a'] })).toEqual({ ...SIDES, key: ['id'] });
});
