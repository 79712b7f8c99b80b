import { describe, expect, it } from 'vitest';
import type { ModelRow, VersionRow } from '../../../shared/contract/models.ts';
import { filterModels, filterVersions, modelLines, sortVersions } from './model-rows.ts';
import { nextSort, sortOf, validateModelsSearch } from './models-search.ts';

const version = (model: string, number: string, more: Partial<VersionRow> = {}): VersionRow => ({
  model,
  version: number,
  createdAt: 0,
  author: 'ada',
  description: '',
  format: 'onnx',
  size: 1,
  run: null,
  commit: null,
  metrics: {},
  aliases: [],
  stage: null,
  deprecated: false,
  gates: null,
  approval: 'none',
  overridden: false,
  waitingFor: [],
  signed: false,
  pushedTo: [],
  present: true,
  ...more,
});
const model = (name: string, latest: VersionRow, aliases: Record<string, string> = {}): ModelRow => ({
  name,
  versions: 1,
  latest,
  aliases,
  stages: {},
  openReviews: 0,
});
const names = (rows: readonly VersionRow[]): string[] => rows.map((row) => `${row.model}@${row.version}`);

describe('filter', () => {
  const rows = [
    version('churn', '1.0.0', { aliases: ['champion'] }),
    version('churn', '1.1.0', { approval: 'requested', waitingFor: ['Bob'] }),
    version('fraud', '0.1.0', { pushedTo: ['hub'] }),
  ];
  it('wants every word, in any case', () => {
    expect(names(filterVersions(rows, 'CHURN bob'))).toEqual(['churn@1.1.0']);
    expect(names(filterVersions(rows, '@champion'))).toEqual(['churn@1.0.0']);
    expect(names(filterVersions(rows, 'hub'))).toEqual(['fraud@0.1.0']);
    expect(filterVersions(rows, ' ')).toBe(rows);
  });
  it('finds a model by an alias of an older version', () => {
    const models = [model('churn', rows[1]!, { champion: '1.0.0' }), model('fraud', rows[2]!)];
    expect(filterModels(models, '@champion').map((one) => one.name)).toEqual(['churn']);
  });
});

it('puts failures first, equals by newest version, the unchecked last', () => {
  const gates = (verdict: 'pass' | 'fail') => ({ verdict, passed: 0, total: 1, digest: '', at: 0 });
  const rows = [
    version('a', '1.0.0'),
    version('a', '1.9.0', { gates: gates('pass') }),
    version('a', '1.10.0', { gates: gates('pass') }),
    version('a', '2.0.0', { gates: gates('fail') }),
  ];
  expect(names(sortVersions(rows, { key: 'gates', desc: false }))).toEqual([
    'a@2.0.0',
    'a@1.10.0',
    'a@1.9.0',
    'a@1.0.0',
  ]);
});

it('shows the versions of open models below them, and waits for those on their way', () => {
  const models = [model('a', version('a', '1.0.0')), model('b', version('b', '1.0.0'))];
  const lines = modelLines(models, new Set(['a', 'b']), { a: [version('a', '1.0.0')] });
  expect(lines.map((line) => `${line.kind} ${line.id}`)).toEqual([
    'model a',
    'version a@1.0.0',
    'model b',
    'waiting b/',
  ]);
});

describe('address', () => {
  it('leaves out what makes no sense', () => {
    expect(validateModelsSearch({ q: 7, view: 'x', sort: 'nonsense', open: '' })).toEqual({ q: '7' });
    expect(validateModelsSearch({ sort: '-size', view: 'versions' })).toEqual({ sort: '-size', view: 'versions' });
  });
  it('turns round on the second click', () => {
    expect(nextSort(sortOf({}), 'size')).toBe('-size');
    expect(nextSort(sortOf({ sort: '-size' }), 'size')).toBe('size');
  });
});
