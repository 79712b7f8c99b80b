import { describe, expect, test } from 'vitest';
import { miniShapes, shares } from '../spread-shapes.ts';
import { spreadFigure } from './spread.ts';
import { testTheme } from './testing.ts';
import { treemapFigure, withRests } from './treemap.ts';

const numeric = { kind: 'numeric' as const, edges: [0, 1, 2], before: [10, 30], after: [200, 200] };
const category = {
  kind: 'category' as const,
  values: ['cat', '<b>'],
  before: [6, 2],
  after: [1, 1],
  otherBefore: 2,
  otherAfter: 0,
};

test('sides of different length are drawn as shares', () => {
  expect(shares([10, 30])).toEqual([0.25, 0.75]);
  expect(shares([1], 3)).toEqual([0.25]);
  expect(shares([0, 0])).toEqual([0, 0]);
  const [after, before] = spreadFigure(numeric, testTheme).data;
  expect([before?.y, after?.y]).toEqual([
    [0.25, 0.75, 0.75],
    [0.5, 0.5],
  ]);
  expect(after?.customdata).toEqual([
    [0.25, 10, 200],
    [0.75, 30, 200],
  ]);
});

describe('small shapes', () => {
  test('steps fill the box as high as the greatest share of either side', () => {
    expect(miniShapes(numeric, 100, 30)).toEqual({
      kind: 'steps',
      before: 'M0 30V20H50V0H100V30',
      after: 'M0 30V10H50V10H100V30',
    });
  });
  test('categories are pairs of bars; what is not listed counts in the shares', () => {
    const shapes = miniShapes(category, 90, 30);
    expect(shapes.kind === 'bars' && shapes.bars.map((bar) => [bar.before, bar.after].map(Math.round))).toEqual([
      [30, 25],
      [10, 25],
    ]);
  });
});

test('names of categories are shown as they are', () => {
  const figure = spreadFigure(category, testTheme);
  const { ticktext } = figure.layout.xaxis as { ticktext: string[] };
  expect(ticktext).toEqual(['cat', '&lt;b&gt;', 'all others']);
});

test('boxes of a treemap lie in their parents, the first in none', () => {
  const figure = treemapFigure(
    { path: '', name: 'images', size: 30 },
    [
      { path: 'cats', parent: '', name: 'cats', size: 20, tone: 1, detail: '2 added' },
      { path: 'cats/1.png', parent: 'cats', name: '1.png', size: 20, tone: 1, detail: 'added' },
    ],
    testTheme,
  );
  expect(figure.data[0]).toMatchObject({ ids: ['/', '/cats', '/cats/1.png'], parents: ['', '/', '/cats'] });
});

test('what is too small for a box of its own makes one together', () => {
  const box = { parent: '', name: 'x', tone: 1, detail: '' };
  const rests = withRests([
    { ...box, path: 'cats', size: 20 },
    { ...box, path: 'cats/1.png', parent: 'cats', size: 15 },
    { ...box, path: 'dogs', size: 7 },
  ]).slice(3);
  expect(rests.map(({ path, size }) => `${path} ${size}`)).toEqual(['cats/* 5']);
});
