import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDefinition } from '../projects/definition.ts';
import { gatesOf } from './declared.ts';
import { lowerIsBetter, measureNamed } from './measures.ts';

const LEAST = `gates:
  churn:
    - {metric: accuracy, min: 0.9}
    - {metric: auc, not_worse_than: champion, by: 0.005}
  "*":
    - {size: model, max: 50 MB, why: it must fit the phone}
    - {metric: accuracy, min: 0.5}
`;

test('gates of every model come first, ids are made of kind and subject and told apart', () => {
  const { gates } = parseDefinition(LEAST);
  expect(gatesOf(gates, 'churn').map(({ id, from }) => [id, from])).toEqual([
    ['size:model', '*'],
    ['metric:accuracy', '*'],
    ['metric:accuracy#2', 'churn'],
    ['metric:auc', 'churn'],
  ]);
  expect(gatesOf(gates, 'other').map(({ id }) => id)).toEqual(['size:model', 'metric:accuracy']);
  expect(gatesOf(gates, 'constructor')).toHaveLength(2);
  expect(gatesOf(undefined, 'churn')).toEqual([]);
});

const gate = (text: string): string => `name: x\ngates:\n  churn:\n    - {metric: accuracy, min: 0.9}\n    - ${text}\n`;

test.each([
  ['{metric: accuracy}', 'asks for nothing; give it min, max, equals, not_worse_than'],
  ['{metric: accuracy, mim: 0.9}', '"mim" is not a key of a gate of kind "metric"'],
  ['{metric: accuracy, min: .nan}', 'min'],
  ['{metric: accuracy, min: "0.9"}', 'min'],
  ['{metric: accuracy, min: 2, max: 1}', 'min is above max'],
  ['{metric: accuracy, by: 1, min: 1}', 'which is missing'],
  ['{metric: accuracy, min: 1, over: group, rows: a.csv}', 'not from both'],
  ['{metric: accuracy, not_worse_than: ../x}', 'alias or stage'],
  ['{metric: accuracy, size: model, min: 1}', 'two kinds, metric and size'],
  ['{accuracy: 0.9}', 'none of the keys that say its kind: metric, slice'],
  ['accuracy', 'a gate is written as {metric'],
  ['{slice: a.csv, min: 1}', 'value (the column of the number) or measure'],
  ['{data: train}', 'asks for nothing; give it min_rows'],
  ['{data: train, range: {age: [0]}}', 'gates.churn.1.range.age'],
  ['{data: train, max_nulls: 2}', 'a share from 0 to 1'],
  ['{size: model, max: heavy}', '50 MB'],
  ['{latency: [], max_median: 1}', 'needs a program'],
  ['{command: rm -rf /}', 'gates.churn.1.command'],
  ['{licence: MIT}', 'gates.churn.1.licence'],
  ['{review: ""}', 'gates.churn.1.review'],
])('a mistake in %s is named with the line of its gate', (text, what) => {
  expect(() => parseDefinition(gate(text))).toThrow('assay.yaml, line 5');
  expect(() => parseDefinition(gate(text))).toThrow(what);
});

test('mistakes of the list itself are named too', () => {
  expect(() => parseDefinition('gates:\n  ../../x:\n    - {size: model, max: 1}\n')).toThrow('name of a model');
  expect(() =>
    parseDefinition('gates:\n  a:\n    - {size: model, max: 1, id: s}\n    - {size: model, max: 2, id: s}\n'),
  ).toThrow('line 4');
  const many = `gates:\n  a: [${'{size: model, max: 1},'.repeat(201)}]\n`;
  expect(() => parseDefinition(many)).toThrow('more than 200 gates');
  const bomb = `gates:\n  a: &a [{size: m, max: 1}]\n${[...'bcdefghi']
    .map((key, i) => `  ${key}: &${key} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
    .join('\n')}\n`;
  expect(() => parseDefinition(bomb)).toThrow();
});

test('which way is better, and what a metric is made of, is told by the words of its name', () => {
  for (const name of ['loss', 'val/loss', 'test_rmse', 'errorRate', 'valLoss'])
    expect(lowerIsBetter(name), name).toBe(true);
  for (const name of ['accuracy', 'auc', 'glossary', 'terror']) expect(lowerIsBetter(name), name).toBe(false);
  expect([
    measureNamed('val/accuracy'),
    measureNamed('test_rmse'),
    measureNamed('log_loss'),
    measureNamed('mean'),
  ]).toEqual(['accuracy', 'rmse', 'log_loss', null]);
});

test('the gates that docs/gates.md shows can be declared', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/gates.md'), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('- {'));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(() => parseDefinition(`gates:\n  churn:\n    ${line}\n`), line).not.toThrow();
});
