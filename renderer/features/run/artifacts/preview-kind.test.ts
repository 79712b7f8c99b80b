import { expect, test } from 'vitest';
import { asHistogram, previewKind } from './preview-kind.ts';

test.each([
  ['media/a.PNG', 'file', 'image'],
  ['t.parquet', 'file', 'table'],
  ['report.html', 'html', 'html'],
  ['h.json', 'histogram', 'json'],
  ['notes', 'text', 'text'],
  ['model.pt', 'file', 'none'],
  ['.hidden/model', 'file', 'none'],
  ['x.csv.gz', 'table', 'none'],
] as const)('%s (%s) is shown as %s', (path, kind, preview) => {
  expect(previewKind({ path, kind })).toBe(preview);
});

test('what is a histogram', () => {
  expect(asHistogram({ edges: [0, 1, 2], counts: [3, 4] })).toEqual({ edges: [0, 1, 2], counts: [3, 4], nonFinite: 0 });
  expect(asHistogram({ edges: [0, 1], counts: [1], nonFinite: 2 })?.nonFinite).toBe(2);
  for (const wrong of [
    null,
    1,
    [],
    {},
    { edges: [0], counts: [] },
    { edges: [0, 1], counts: [1, 2] },
    { edges: [1, 0], counts: [1] },
    { edges: [0, 'x'], counts: [1] },
  ])
    expect(asHistogram(wrong)).toBeNull();
});
